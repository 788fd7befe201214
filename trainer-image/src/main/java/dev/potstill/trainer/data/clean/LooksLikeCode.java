package dev.potstill.trainer.data.clean;

import java.util.Locale;
import java.util.Set;

/**
 * What is written like an address in programs and is none: products of matrices ({@code X@W.sum(1)}), slots and labels
 * ({@code this@Main.context}), versions ({@code name@1.0.beta}), files ({@code icon@2x.png}), repositories.
 */
final class LooksLikeCode {
    /** Endings of names that every reader takes for a domain; two letters are a country's. */
    private static final Set<String> USUAL =
            Set.of("com", "org", "net", "edu", "gov", "mil", "int", "info", "biz", "name", "pro", "app", "dev");

    /** Attributes and ends of files, none of which is a top-level domain. */
    private static final Set<String> NO_DOMAINS = Set.of(
            ("weight weights bias grad shape real imag inv array matrix tensor values value size dtype ndim flat data frame"
                            + " device length index indices items keys columns dot transpose conj diagonal trace result"
                            + " params state context"
                            + " png jpg jpeg gif svg webp pdf txt html css json jsonl xml yaml yml toml csv tsv tar exe dll jar"
                            + " bin cfg conf ini log lock tgz whl java cpp hpp")
                    .split(" "));

    private static final Set<String> OBJECTS = Set.of("self", "this", "super", "cls", "return", "break", "continue");

    private LooksLikeCode() {}

    /** Whether what is around an {@code @}, from the start to the end, is code. */
    static boolean isAround(String text, int start, int at, int end) {
        char next = end < text.length() ? text.charAt(end) : ' ';
        if (next == '(' || next == '[' || next == '_' || next == '$' || isRepository(text, start, at, end)) {
            return true;
        }
        String top = text.substring(text.lastIndexOf('.', end - 1) + 1, end).toLowerCase(Locale.ROOT);
        int dot = text.indexOf('.', at);
        String local = text.substring(start, at);
        String label = text.substring(at + 1, dot);
        boolean single = local.length() == 1 && label.length() == 1 && top.length() > 3;
        return top.length() > 2
                && !USUAL.contains(top)
                && (single
                        || NO_DOMAINS.contains(top)
                        || OBJECTS.contains(local)
                        || OBJECTS.contains(label)
                        || isVersion(text, at + 1, dot)
                        || isOperator(text, end));
    }

    private static boolean isRepository(String text, int start, int at, int end) {
        return end + 1 < text.length()
                && text.charAt(end) == ':'
                && (Domains.isPart(text.charAt(end + 1), false) || text.charAt(end + 1) == '_')
                && text.startsWith("git", start)
                && at - start == 3;
    }

    /** 1.2, v1.2 or the 2x of an image. */
    private static boolean isVersion(String text, int start, int dot) {
        int first = text.charAt(start) == 'v' && start + 1 < dot ? start + 1 : start;
        int end = first;
        while (end < dot && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        boolean digits = end == dot && end > first;
        return digits && text.charAt(dot + 1) >= '0' && text.charAt(dot + 1) <= '9'
                || end > first && end + 1 == dot && text.charAt(end) == 'x';
    }

    private static boolean isOperator(String text, int end) {
        int at = end;
        while (at < text.length() && text.charAt(at) == ' ' && at - end < 2) {
            at++;
        }
        return at + 1 < text.length() && at > end && "+*/@=%^".indexOf(text.charAt(at)) >= 0
                || text.startsWith("<-", at);
    }
}
