package dev.potstill.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.potstill.api.Score;
import dev.potstill.api.StageStatus.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The trainer's last word, at most 4,096 bytes of JSON: what a pod may leave behind. */
public sealed interface TerminationMessage {
    int MAX_BYTES = 4096;

    /** The stage is done; its report, shortened. */
    record Finished(StageReport report) implements TerminationMessage {
        @Override
        public String json() {
            return shortened(report);
        }
    }

    /** The stage is not done. */
    record Broken(Failure failure) implements TerminationMessage {
        /** Leaves room for JSON's escapes and the other two fields. */
        private static final int MAX_CHARACTERS = 1200;

        @Override
        public String json() {
            String message = failure.message();
            return Json.compact(
                    message.length() <= MAX_CHARACTERS
                            ? failure
                            : new Failure(
                                    failure.reason(), message.substring(0, MAX_CHARACTERS) + "…", failure.exitCode()));
        }
    }

    String json();

    static TerminationMessage of(Problem problem) {
        return new Broken(new Failure(
                problem.exitCode().reason(),
                problem.getMessage(),
                problem.exitCode().code()));
    }

    static Optional<TerminationMessage> parse(String text) {
        try {
            return Optional.of(
                    text.contains("\"exitCode\"")
                            ? new Broken(Json.parse(text, Failure.class))
                            : new Finished(Json.parse(text, StageReport.class)));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Leaves out, in this order and only as far as need be: curves; scores of the models compared with; measures; scores; counts. */
    private static String shortened(StageReport full) {
        var report = full.with(full.counts(), full.measures(), full.scores());
        if (!fits(report)) {
            report = report.with(report.counts(), report.measures(), withoutCompared(report.scores()));
        }
        if (!fits(report)) {
            report = report.with(report.counts(), Map.of(), report.scores());
        }
        while (!fits(report) && !report.scores().isEmpty()) {
            List<Score> scores = report.scores();
            report = report.with(report.counts(), Map.of(), scores.subList(1, scores.size()));
        }
        if (!fits(report)) {
            report = report.with(Map.of(), Map.of(), List.of());
        }
        return Json.compact(report);
    }

    /** The teacher's and the start model's scores stand in the others' too. */
    private static List<Score> withoutCompared(List<Score> scores) {
        var kept = new ArrayList<>(scores);
        kept.removeIf(score -> score.model().equals("Teacher") || score.model().equals("Start"));
        return kept;
    }

    private static boolean fits(StageReport report) {
        return Json.compact(report).getBytes(UTF_8).length <= MAX_BYTES;
    }
}
