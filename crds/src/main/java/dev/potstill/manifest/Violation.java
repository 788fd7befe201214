package dev.potstill.manifest;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something in a manifest that is not as it must be.
 *
 * @param path the field, such as {@code spec.teachers[0].model}
 * @param message what was found, what was expected, what to do
 */
public record Violation(String path, String message) {

    @Override
    public String toString() {
        return path + ": " + message;
    }

    /** One line for each violation; {@code origin} is put before it where it is not empty. */
    static String lines(String origin, List<Violation> violations) {
        String prefix = origin.isEmpty() ? "" : origin + ": ";
        return violations.stream().map(violation -> prefix + violation).collect(Collectors.joining("\n"));
    }
}
