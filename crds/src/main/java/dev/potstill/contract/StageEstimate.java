package dev.potstill.contract;

import dev.potstill.api.Stage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a stage is going to take, as it is known before it runs.
 *
 * @param stage the stage
 * @param memory bytes at its widest moment, by what they are for
 * @param disk bytes in the workspace, by what they are for
 * @param steps of training; null where there are none, or the rows are not known yet
 * @param bound whether the rows are not known yet: then each is taken to be as long as any may be
 * @param unfit what does not fit and what to change; null where nothing speaks against it
 */
public record StageEstimate(
        Stage stage,
        Map<String, Long> memory,
        Map<String, Long> disk,
        @Nullable Long steps,
        boolean bound,
        @Nullable String unfit) {
    /** The command of the trainer that prints one a stage. */
    public static final String COMMAND = "estimate";

    public StageEstimate {
        memory = new LinkedHashMap<>(memory);
        disk = new LinkedHashMap<>(disk);
    }

    /** The same stage, which does not fit. */
    public StageEstimate unfit(@Nullable String why) {
        return new StageEstimate(stage, memory, disk, steps, bound, why);
    }

    public static long sum(Map<String, Long> parts) {
        return parts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** {@code weights 1.20 GiB, activations 3.40 GiB}, the largest first. */
    public static String words(Map<String, Long> parts) {
        return parts.entrySet().stream()
                .filter(part -> part.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(part -> part.getKey() + " " + ByteSize.words(part.getValue()))
                .collect(Collectors.joining(", "));
    }
}
