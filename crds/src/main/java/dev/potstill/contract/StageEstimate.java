package dev.potstill.contract;

import dev.potstill.api.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a stage is going to take, as it is known before it runs.
 *
 * @param stage the stage
 * @param memory bytes at its widest moment, by what they are for
 * @param disk bytes that it is yet to write to the workspace, by what they are for
 * @param steps of training; null where there are none, or the rows are not known yet
 * @param bound whether the rows are not known yet: then each is taken to be as long as any may be
 * @param unfit what does not fit and what to change; null where nothing speaks against it
 * @param warnings of what takes longer than it need
 */
public record StageEstimate(
        Stage stage,
        Map<String, Long> memory,
        Map<String, Long> disk,
        @Nullable Long steps,
        boolean bound,
        @Nullable String unfit,
        List<String> warnings) {

    public StageEstimate {
        memory = new LinkedHashMap<>(memory);
        disk = new LinkedHashMap<>(disk);
        warnings = List.copyOf(warnings);
    }

    /** The same stage, which does not fit. */
    public StageEstimate unfit(@Nullable String why) {
        return new StageEstimate(stage, memory, disk, steps, bound, why, warnings);
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
