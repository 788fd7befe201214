package dev.potstill.contract;

import java.util.function.Consumer;

/**
 * Who is told of what comes up beside a result.
 *
 * @param warnings of what the user should know but need not mend
 * @param progress of work that takes more than a couple of seconds
 */
public record Notices(Consumer<String> warnings, Consumer<String> progress) {

    public static Notices of(Consumer<String> warnings) {
        return new Notices(warnings, line -> {});
    }
}
