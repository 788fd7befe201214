package dev.potstill.trainer.data;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.DataCard.Perplexity;
import dev.potstill.trainer.data.DataCard.Source;
import dev.potstill.trainer.data.DataCard.Step;
import dev.potstill.trainer.data.Grading.Graded;
import dev.potstill.trainer.data.Row.Grade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The stage's output of what its steps made. */
public final class Publication {
    private final DistillationRunSpec spec;
    private final Phase collected;
    private final Phase answered;
    private final List<Graded> graded;
    private final Grade[] grades;

    /** @param graded every row of {@code answered}, in its order */
    public Publication(DistillationRunSpec spec, Phase collected, Phase answered, List<Graded> graded) {
        this.spec = spec;
        this.collected = collected;
        this.answered = answered;
        this.graded = List.copyOf(graded);
        this.grades = Grading.grades(graded, spec.data().difficulty());
    }

    /** @param digests of sources that are files, by setting: {@code data.sources[0].uri} */
    public void write(Path out, Map<String, String> digests) {
        var edition = new Edition(answered.file(Answering.ROWS), graded, grades);
        edition.write(out.resolve(DataFiles.TRAIN));
        for (String name : List.of(DataFiles.HELD_OUT, DataFiles.PROMPTS, DataFiles.CONTRASTIVE)) {
            copy(answered.file(name), out.resolve(name));
        }
        for (String name : List.of(DataFiles.FILTERED, DataFiles.QUARANTINE)) {
            copy(collected.file(name), out.resolve(name));
        }
        var card = new DataCard(sources(digests), steps(), gradeCounts(), edition.lengths(), perplexity());
        Path file = out.resolve(DataFiles.CARD);
        try {
            Files.writeString(file, Json.pretty(card) + "\n");
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw Problem.storage(to, e);
        }
    }

    /** Whole numbers of all steps, by name. */
    public Map<String, Long> counts() {
        var all = new Tally();
        all.addAll(collected.tally());
        all.addAll(answered.tally());
        all.add("rows.kept", graded.size());
        var counts = all.counts();
        counts.remove(Collection.THRESHOLD);
        gradeCounts().forEach((grade, count) -> counts.put("graded." + grade, count));
        return counts;
    }

    public Map<String, Double> measures() {
        Perplexity perplexity = perplexity();
        return Map.of("perplexity.mean", perplexity.mean(), "perplexity.median", perplexity.median());
    }

    private List<Source> sources(Map<String, String> digests) {
        List<Source> sources = new ArrayList<>();
        var given = spec.data().sources();
        for (int i = 0; i < given.size(); i++) {
            String uri = given.get(i).uri();
            sources.add(new Source(
                    uri, given.get(i).format().name(), digests.getOrDefault("data.sources[%d].uri".formatted(i), uri)));
        }
        return sources;
    }

    private List<Step> steps() {
        Tally first = collected.tally();
        Tally second = answered.tally();
        long rows = first.get(Collection.COLLECTED);
        return List.of(
                new Step("filter", first.get(Collection.READ), rows, first.dropped()),
                new Step("answers", rows, Answering.kept(second) + second.get(Answering.HELD_OUT), second.dropped()),
                new Step("grading", Answering.kept(second), graded.size(), Map.of()));
    }

    private Map<String, Long> gradeCounts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Grade grade : Grade.values()) {
            counts.put(grade.name().toLowerCase(java.util.Locale.ROOT), 0L);
        }
        for (Grade grade : grades) {
            counts.merge(grade.name().toLowerCase(java.util.Locale.ROOT), 1L, Long::sum);
        }
        return counts;
    }

    private Perplexity perplexity() {
        double[] sorted =
                graded.stream().mapToDouble(Graded::perplexity).sorted().toArray();
        double mean = graded.stream().mapToDouble(Graded::perplexity).average().orElseThrow();
        return new Perplexity(mean, sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }
}
