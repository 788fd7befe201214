package dev.potstill.trainer.reward.algebra;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Text cut where no bracket is open. */
final class Brackets {
    private Brackets() {}

    /** The parts between separators that stand in no bracket. */
    static List<String> split(String text, String separator) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += change(text.charAt(i));
            if (depth == 0 && text.startsWith(separator, i)) {
                parts.add(text.substring(from, i));
                from = i + separator.length();
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    /** What is inside a bracket that opens at the beginning and closes at the end. */
    static Optional<String> inside(String text, String open, String close) {
        if (!text.startsWith(open) || !text.endsWith(close) || text.length() < open.length() + close.length()) {
            return Optional.empty();
        }
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += change(text.charAt(i));
            if (depth == 0 && i >= open.length() - 1 && i < text.length() - 1) {
                return Optional.empty();
            }
        }
        return depth == 0
                ? Optional.of(text.substring(open.length(), text.length() - close.length()))
                : Optional.empty();
    }

    private static int change(char mark) {
        return switch (mark) {
            case '(', '[', '{' -> 1;
            case ')', ']', '}' -> -1;
            default -> 0;
        };
    }
}
