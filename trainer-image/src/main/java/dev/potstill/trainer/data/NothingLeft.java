package dev.potstill.trainer.data;

import dev.potstill.contract.Problem;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/** What to say where no row is left: which step dropped them, why, and what to change. */
final class NothingLeft {
    private NothingLeft() {}

    static void afterCollecting(Tally collected) {
        long read = collected.get(Collection.READ);
        if (read == 0) {
            throw Problem.rejected("spec.data.sources: found no rows, expected at least one");
        }
        if (collected.get(Collection.COLLECTED) == 0) {
            throw nothing("filter", read + " rows read", collected);
        }
    }

    static void afterAnswering(Tally collected, Tally answered) {
        if (Answering.kept(answered) == 0) {
            String given = "%d rows collected and %d answers sampled, %d rows set aside"
                    .formatted(
                            collected.get(Collection.COLLECTED),
                            answered.get(Sorting.SAMPLED),
                            answered.get(Answering.HELD_OUT));
            long unasked = answered.get(Answering.UNASKED);
            throw unasked > 0 && answered.get(Sorting.SAMPLED) == 0
                    ? Problem.rejected(
                            "spec.data.augmentation.tokenBudget: found so few tokens that none of %d answers could be asked for, expected those of a prompt and of spec.data.augmentation.maxTokens at least; raise it, or lower maxTokens"
                                    .formatted(unasked))
                    : nothing("answers", given, answered);
        }
    }

    private static Problem nothing(String step, String given, Tally tally) {
        Map<String, Long> dropped = tally.dropped();
        String reasons = dropped.entrySet().stream()
                .map(reason -> reason.getValue() + " as " + reason.getKey())
                .collect(Collectors.joining(", "));
        String most = dropped.entrySet().stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElse("");
        return Problem.rejected("spec.data: nothing is left to train on after the step %s: of %s, dropped were %s; %s"
                .formatted(step, given, reasons.isEmpty() ? "none" : reasons, advice(most)));
    }

    private static String advice(String reason) {
        return switch (reason) {
            case "noReasoning", "littleReasoning" -> "set spec.data.filter.reasoning to Any to keep short answers";
            case "tooLong" -> "raise spec.training.maxLength";
            case "truncatedAnswer" -> "give rows whose answers are whole in spec.data.sources";
            case "truncated" -> "raise spec.data.augmentation.maxTokens; does the teacher end its answers?";
            case "wrong" -> "take a teacher that can answer these prompts, or check their reference answers";
            case "noAnswer" -> "raise spec.data.augmentation.samplesPerPrompt or maxSamples";
            default -> "give more or other rows in spec.data.sources";
        };
    }
}
