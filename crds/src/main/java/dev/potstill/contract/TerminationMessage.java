package dev.potstill.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Score;
import dev.potstill.api.StageStatus.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The trainer's last word, at most 4,096 bytes of JSON: what a pod may leave behind. */
public sealed interface TerminationMessage {
    int MAX_BYTES = 4096;

    /** Of {@code ,"reused":true}. */
    int ROOM_FOR_REUSED = 14;

    /**
     * The stage is done; its report, shortened.
     *
     * @param reused its output was there before
     */
    record Finished(StageReport report, boolean reused) implements TerminationMessage {
        private static final String REUSED = "reused";

        @Override
        public String json() {
            ObjectNode message = Json.mapper().valueToTree(shortened(report));
            return Json.compact(reused ? message.put(REUSED, true) : message);
        }

        private static Finished parse(String text) throws JsonProcessingException {
            boolean reused = Json.mapper().readTree(text).path(REUSED).asBoolean();
            return new Finished(Json.parse(text, StageReport.class), reused);
        }
    }

    /** This trainer's share of the stage is done, and others are at theirs: the last of them tells of the stage. */
    record Shared(String shard) implements TerminationMessage {
        @Override
        public String json() {
            return Json.compact(this);
        }
    }

    /**
     * The stage is not done.
     *
     * @param stopSeconds how long a stop takes at most, as far as was measured
     */
    record Broken(Failure failure, Optional<Long> stopSeconds) implements TerminationMessage {
        /** Leaves room for JSON's escapes and the other fields. */
        private static final int MAX_CHARACTERS = 1200;

        private static final String STOP_SECONDS = "stopSeconds";

        @Override
        public String json() {
            ObjectNode message = Json.mapper().valueToTree(shortened());
            stopSeconds.ifPresent(seconds -> message.put(STOP_SECONDS, seconds));
            return Json.compact(message);
        }

        private Failure shortened() {
            String message = failure.message();
            if (message.length() <= MAX_CHARACTERS) {
                return failure;
            }
            // Whole characters: of one that takes two places not the first alone, which has no bytes.
            int end =
                    Character.isHighSurrogate(message.charAt(MAX_CHARACTERS - 1)) ? MAX_CHARACTERS - 1 : MAX_CHARACTERS;
            return new Failure(failure.reason(), message.substring(0, end) + "…", failure.exitCode());
        }

        private static Broken parse(String text) throws JsonProcessingException {
            JsonNode seconds = Json.mapper().readTree(text).path(STOP_SECONDS);
            return new Broken(
                    Json.parse(text, Failure.class),
                    seconds.isIntegralNumber() ? Optional.of(seconds.asLong()) : Optional.empty());
        }
    }

    String json();

    static TerminationMessage of(Problem problem) {
        return of(problem, Optional.empty());
    }

    static TerminationMessage of(Problem problem, Optional<Long> stopSeconds) {
        return new Broken(
                new Failure(
                        problem.exitCode().reason(),
                        problem.getMessage(),
                        problem.exitCode().code()),
                stopSeconds);
    }

    static Optional<TerminationMessage> parse(String text) {
        try {
            JsonNode message = Json.mapper().readTree(text);
            if (message.has("exitCode")) {
                return Optional.of(Broken.parse(text));
            }
            return Optional.of(message.has("shard") ? Json.parse(text, Shared.class) : Finished.parse(text));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /**
     * Leaves out, in this order and only as far as need be: curves; scores of the models compared with; measures; scores, those that
     * gates are on last; counts.
     */
    private static StageReport shortened(StageReport full) {
        var report = full.with(full.counts(), full.measures(), full.scores());
        if (!fits(report)) {
            report = report.with(report.counts(), report.measures(), withoutCompared(report.scores()));
        }
        if (!fits(report)) {
            report = report.with(report.counts(), Map.of(), report.scores());
        }
        while (!fits(report) && !report.scores().isEmpty()) {
            report = report.with(report.counts(), Map.of(), withoutOne(report.scores()));
        }
        if (!fits(report)) {
            report = report.with(Map.of(), Map.of(), List.of());
        }
        return report;
    }

    /** The teacher's and the start model's scores stand in the others' too. */
    private static List<Score> withoutCompared(List<Score> scores) {
        var kept = new ArrayList<>(scores);
        kept.removeIf(score -> score.verdict() == null
                && (score.model().equals("Teacher") || score.model().equals("Start")));
        return kept;
    }

    private static List<Score> withoutOne(List<Score> scores) {
        var kept = new ArrayList<>(scores);
        kept.remove(scores.stream()
                .filter(score -> score.verdict() == null)
                .findFirst()
                .orElse(scores.getFirst()));
        return kept;
    }

    private static boolean fits(StageReport report) {
        return Json.compact(report).getBytes(UTF_8).length <= MAX_BYTES - ROOM_FOR_REUSED;
    }
}
