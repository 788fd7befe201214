package dev.potstill.trainer.data;

import dev.potstill.api.Data.Augmentation;
import dev.potstill.api.Data.Languages;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.contract.DataCard;
import dev.potstill.contract.DataCard.Mix;
import dev.potstill.contract.DataCard.Perplexity;
import dev.potstill.contract.DataCard.Sampling;
import dev.potstill.contract.DataCard.Source;
import dev.potstill.contract.DataCard.Step;
import dev.potstill.contract.DataCard.Teacher;
import dev.potstill.contract.SourceDigests;
import dev.potstill.trainer.data.Grading.Graded;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the data card of what the steps counted.
 *
 * @param collected tally of the first step
 * @param answered tally of the second
 * @param mixed tally of the mix, or once more that of the second where there is none
 * @param copies of rows, each of which is trained on
 */
record Card(DistillationRunSpec spec, Tally collected, Tally answered, Tally mixed, List<Graded> copies) {
    private static final String FILE = "file://";
    private static final int COST_DECIMALS = 6;

    /**
     * @param digests of sources that are files, by setting: {@code data.sources[0].uri}
     * @param origins of the sources, where those are not what the spec says
     */
    DataCard of(Map<String, String> digests, List<String> origins, Map<String, Long> grades, Edition edition) {
        return new DataCard(
                sources(digests, origins),
                steps(),
                grades,
                edition.lengths(),
                edition.languages(),
                perplexity(),
                mix(),
                sampling(),
                spec.teachers().stream().map(this::teacher).toList(),
                PathCounts.of(answered));
    }

    private List<Source> sources(Map<String, String> digests, List<String> origins) {
        List<Source> sources = new ArrayList<>();
        var given = spec.data().sources();
        for (int i = 0; i < given.size(); i++) {
            String uri = given.get(i).uri();
            Optional<Path> content = uri.startsWith(FILE) ? Optional.of(SourceDigests.path(uri)) : Optional.empty();
            String origin = origins.isEmpty() ? uri : origins.get(i);
            sources.add(new Source(
                    origin,
                    given.get(i).format().name(),
                    digests.getOrDefault("data.sources[%d].uri".formatted(i), origin),
                    Licences.of(given.get(i), content).orElse(null)));
        }
        return sources;
    }

    private List<Step> steps() {
        long rows = collected.get(Collection.COLLECTED);
        long kept = Answering.kept(answered);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("filter", collected.get(Collection.READ), 0, rows, 0, collected.dropped()));
        steps.add(new Step(
                "answers",
                rows,
                answered.get(Sorting.JUDGED) - rows,
                kept,
                answered.get(Answering.HELD_OUT),
                answered.dropped()));
        Mix mix = mix();
        if (mix != null) {
            steps.add(new Step("languages", kept, mix.repeated(), copies.size(), 0, mixed.dropped()));
        }
        steps.add(new Step("grading", copies.size(), 0, copies.size(), 0, Map.of()));
        return steps;
    }

    private @Nullable Mix mix() {
        Languages settings = spec.data().languages();
        return settings == null ? null : Mixing.told(settings, mixed);
    }

    private Sampling sampling() {
        Augmentation settings = spec.data().augmentation();
        long came = answered.get(Sorting.SAMPLED);
        return new Sampling(
                settings.answersPerPrompt(),
                settings.temperature(),
                settings.maxTokens(),
                came + answered.get(Answering.UNASKED),
                came,
                settings.tokenBudget());
    }

    private Teacher teacher(dev.potstill.api.Teacher teacher) {
        Work work = Work.in(answered, teacher.name());
        var endpoint = teacher.endpoint();
        var price = endpoint == null ? null : endpoint.price();
        return new Teacher(
                teacher.name(),
                endpoint == null ? String.valueOf(teacher.model()) : endpoint.model(),
                work.prompts(),
                work.answers(),
                answered.get(Work.rows(teacher.name())),
                work.promptTokens(),
                work.answerTokens(),
                price == null ? null : cost(work, price),
                price == null ? null : price.currency());
    }

    private static String cost(Work work, dev.potstill.api.Teacher.Price price) {
        BigDecimal sum = new BigDecimal(price.inputPerMillion())
                .multiply(BigDecimal.valueOf(work.promptTokens()))
                .add(new BigDecimal(price.outputPerMillion()).multiply(BigDecimal.valueOf(work.answerTokens())))
                .movePointLeft(6);
        BigDecimal rounded = sum.setScale(COST_DECIMALS, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.setScale(Math.max(2, rounded.scale())).toPlainString();
    }

    Perplexity perplexity() {
        double[] sorted =
                copies.stream().mapToDouble(Graded::perplexity).sorted().toArray();
        double mean = copies.stream().mapToDouble(Graded::perplexity).average().orElseThrow();
        return new Perplexity(
                mean, sorted[sorted.length / 2], sorted[sorted.length - 1], PerplexityRanges.count(sorted));
    }
}
