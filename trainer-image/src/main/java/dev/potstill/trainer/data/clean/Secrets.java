package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.data.clean.Redaction.Span;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Keys and tokens by how their issuers write them, private keys, passwords in addresses, and values that are assigned to a name such
 * as {@code api_key} and look like chance.
 */
final class Secrets {
    /**
     * How an issuer writes its tokens.
     *
     * @param least characters after the prefix
     * @param most as many, or more where it is 0
     */
    private record Issued(String prefix, int least, int most, boolean upperOnly) {}

    private static final List<Issued> ISSUED = List.of(
            new Issued("AKIA", 16, 16, true),
            new Issued("ASIA", 16, 16, true),
            new Issued("ABIA", 16, 16, true),
            new Issued("ACCA", 16, 16, true),
            new Issued("AIza", 35, 35, false),
            new Issued("ghp_", 36, 0, false),
            new Issued("gho_", 36, 0, false),
            new Issued("ghu_", 36, 0, false),
            new Issued("ghs_", 36, 0, false),
            new Issued("ghr_", 36, 0, false),
            new Issued("github_pat_", 40, 0, false),
            new Issued("glpat-", 20, 0, false),
            new Issued("hf_", 30, 0, false),
            new Issued("npm_", 36, 0, false),
            new Issued("pypi-", 50, 0, false),
            new Issued("sk-", 20, 0, false),
            new Issued("sk_live_", 16, 0, false),
            new Issued("sk_test_", 16, 0, false),
            new Issued("rk_live_", 16, 0, false),
            new Issued("pk_live_", 16, 0, false),
            new Issued("xoxb-", 10, 0, false),
            new Issued("xoxp-", 10, 0, false),
            new Issued("xoxa-", 10, 0, false),
            new Issued("xoxr-", 10, 0, false),
            new Issued("xoxs-", 10, 0, false),
            new Issued("xapp-", 10, 0, false),
            new Issued("dop_v1_", 64, 0, false),
            new Issued("nvapi-", 40, 0, false),
            new Issued("gsk_", 40, 0, false));

    private static final Issued[][] BY_FIRST = new Issued[128][];

    static {
        for (char first = 0; first < BY_FIRST.length; first++) {
            String start = String.valueOf(first);
            BY_FIRST[first] = ISSUED.stream()
                    .filter(issued -> issued.prefix().startsWith(start))
                    .toArray(Issued[]::new);
        }
    }

    private Secrets() {}

    static boolean mayBeAt(char c) {
        return "AghnpsrxdeBbS=:-".indexOf(c) >= 0;
    }

    static Optional<Span> at(String text, int at) {
        char c = text.charAt(at);
        if (c == '=' || c == ':') {
            return c == ':' && text.startsWith("://", at) ? AddressPassword.after(text, at + 3) : Assigned.at(text, at);
        }
        if (c == '-') {
            return PrivateKey.at(text, at);
        }
        if (at > 0 && isToken(text.charAt(at - 1))) {
            return Optional.empty();
        }
        return switch (c) {
            case 'e' -> text.startsWith("eyJ", at) ? webToken(text, at) : Optional.empty();
            case 'B', 'b' -> text.regionMatches(true, at, "bearer ", 0, 7) ? bearer(text, at + 7) : Optional.empty();
            case 'S' -> text.startsWith("SG.", at) ? dotted(text, at, 3, 60) : Optional.empty();
            default -> issued(text, at);
        };
    }

    private static Optional<Span> issued(String text, int at) {
        for (Issued issued : BY_FIRST[text.charAt(at)]) {
            if (text.startsWith(issued.prefix(), at)) {
                int start = at + issued.prefix().length();
                int end = endOfToken(text, start);
                int length = end - start;
                boolean fits = length >= issued.least() && (issued.most() == 0 || length == issued.most());
                boolean random = issued.upperOnly() ? isUpper(text, start, end) : Assigned.isMixed(text, start, end);
                if (fits && random) {
                    return Optional.of(new Span(at, end));
                }
            }
        }
        return Optional.empty();
    }

    /** Three parts, of which the first two are JSON in base 64. */
    private static Optional<Span> webToken(String text, int at) {
        int first = endOfToken(text, at);
        if (!text.startsWith(".eyJ", first)) {
            return Optional.empty();
        }
        int second = endOfToken(text, first + 1);
        int third = second < text.length() && text.charAt(second) == '.' ? endOfToken(text, second + 1) : second;
        return third - at >= 40 ? Optional.of(new Span(at, third)) : Optional.empty();
    }

    private static Optional<Span> bearer(String text, int start) {
        int end = start;
        while (end < text.length() && (isToken(text.charAt(end)) || "._~+/=".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        return end - start >= 20 && Assigned.isMixed(text, start, end)
                ? Optional.of(new Span(start, end))
                : Optional.empty();
    }

    private static Optional<Span> dotted(String text, int at, int prefix, int least) {
        int end = at + prefix;
        while (end < text.length() && (isToken(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        return end - at >= least ? Optional.of(new Span(at, end)) : Optional.empty();
    }

    static boolean isPlaceholder(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        return "<${%[".indexOf(lower.charAt(0)) >= 0
                || lower.contains("your")
                || lower.contains("xxx")
                || lower.contains("example")
                || lower.contains("...")
                || lower.equals("password");
    }

    static int endOfToken(String text, int start) {
        int end = start;
        while (end < text.length() && isToken(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isUpper(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (!(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')) {
                return false;
            }
        }
        return true;
    }

    static boolean isToken(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
    }
}
