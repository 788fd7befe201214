package dev.potstill.trainer.data;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.contract.DataCard;
import dev.potstill.contract.DataCard.Perplexity;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageReport;
import dev.potstill.trainer.data.Grading.Graded;
import dev.potstill.trainer.data.Row.Grade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The stage's output of what its steps made. */
public final class Publication {
    private final DistillationRunSpec spec;
    private final Made made;
    private final List<Graded> copies;
    private final Grade[] grades;
    private final Card card;

    /**
     * What the steps made.
     *
     * @param mixed the answered rows, or those of them that are trained on
     * @param graded every row of {@code mixed}, in its order
     */
    public record Made(Phase collected, Routes routes, Phase answered, Phase mixed, List<Graded> graded) {
        public Made {
            graded = List.copyOf(graded);
        }
    }

    public Publication(DistillationRunSpec spec, Made made) {
        this.spec = spec;
        this.made = made;
        this.copies = made.graded().stream().flatMap(Graded::each).toList();
        this.grades = Grading.grades(copies, spec.data().difficulty());
        this.card = new Card(
                spec,
                made.collected().tally(),
                made.answered().tally(),
                made.mixed().tally(),
                copies);
    }

    /**
     * @param digests of sources that are files, by setting: {@code data.sources[0].uri}
     * @param origins of the sources, where those are not what the spec says
     */
    public DataCard write(Path out, Map<String, String> digests, List<String> origins) {
        var edition = new Edition(made.mixed().file(Answering.ROWS), copies, grades);
        edition.write(out.resolve(DataFiles.TRAIN));
        for (String name : List.of(DataFiles.HELD_OUT, DataFiles.PROMPTS, DataFiles.CONTRASTIVE, DataFiles.PATHS)) {
            copy(made.answered().file(name), out.resolve(name));
        }
        for (String name : List.of(DataFiles.FILTERED, DataFiles.QUARANTINE)) {
            copy(made.collected().file(name), out.resolve(name));
        }
        made.routes().file().ifPresent(file -> copy(file, out.resolve(DataFiles.ROUTES)));
        DataCard told = card.of(digests, origins, gradeCounts(), edition);
        Path file = out.resolve(DataFiles.CARD);
        try {
            Files.writeString(file, Json.pretty(told) + "\n");
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
        return told;
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw Problem.storage(to, e);
        }
    }

    /** Whole numbers of all steps, by name. Those of teachers, paths and the mix are in the card. */
    public Map<String, Long> counts() {
        var all = new Tally();
        all.addAll(made.collected().tally());
        all.addAll(made.answered().tally());
        all.addAll(Tally.of(gradeCounts("graded.")));
        if (spec.data().languages() != null) {
            all.addAll(made.mixed().tally());
        }
        all.add(StageReport.ROWS_KEPT, copies.size());
        var counts = all.counts();
        counts.keySet()
                .removeIf(name -> List.of(Work.PREFIX, PathCounts.PREFIX, Mixing.PREFIX).stream()
                        .anyMatch(name::startsWith));
        counts.remove(Answering.UNASKED, 0L);
        return counts;
    }

    public Map<String, Double> measures() {
        Perplexity perplexity = card.perplexity();
        return Map.of("perplexity.mean", perplexity.mean(), "perplexity.median", perplexity.median());
    }

    private Map<String, Long> gradeCounts() {
        return gradeCounts("");
    }

    private Map<String, Long> gradeCounts(String prefix) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Grade grade : Grade.values()) {
            counts.put(prefix + grade.name().toLowerCase(Locale.ROOT), 0L);
        }
        for (Grade grade : grades) {
            counts.merge(prefix + grade.name().toLowerCase(Locale.ROOT), 1L, Long::sum);
        }
        return counts;
    }
}
