package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.data.clean.Redaction.Span;
import java.util.Optional;
import java.util.Set;

/** E-mail addresses. Code that looks like one ({@code X@W.sum(1)}) is told apart by what follows and by names of domains. */
final class Emails {
    private static final int LONGEST_LOCAL = 64;

    /** Names of more than two letters that addresses commonly end in; of two letters, any is a country's. */
    private static final Set<String> DOMAINS = Set.of(
            "com",
            "org",
            "net",
            "edu",
            "gov",
            "mil",
            "int",
            "info",
            "biz",
            "name",
            "pro",
            "app",
            "dev",
            "cloud",
            "online",
            "shop",
            "store",
            "site",
            "tech",
            "xyz",
            "email",
            "mail",
            "company",
            "agency",
            "example",
            "test",
            "invalid",
            "museum",
            "academy",
            "school",
            "university",
            "health",
            "bank",
            "blog",
            "live",
            "news",
            "media",
            "work",
            "world",
            "group",
            "digital",
            "design",
            "studio",
            "solutions",
            "services",
            "systems",
            "software",
            "support",
            "team",
            "tools",
            "zone",
            "art",
            "law",
            "eco",
            "club",
            "fun",
            "life",
            "social",
            "space",
            "website",
            "berlin",
            "london",
            "paris",
            "tokyo",
            "nyc",
            "asia",
            "cat",
            "jobs",
            "mobi",
            "tel",
            "travel",
            "aero",
            "coop",
            "consulting",
            "engineering",
            "finance",
            "global",
            "gmbh",
            "ventures",
            "photography",
            "partners",
            "capital",
            "international",
            "foundation",
            "institute",
            "education",
            "clinic",
            "care",
            "energy",
            "network",
            "marketing",
            "management",
            "expert",
            "legal",
            "estate",
            "hamburg",
            "wien",
            "swiss",
            "local");

    private Emails() {}

    /** @param at where an {@code @} is */
    static Optional<Span> at(String text, int at) {
        int start = at;
        while (start > 0 && at - start < LONGEST_LOCAL && isLocal(text.charAt(start - 1))) {
            start--;
        }
        while (start < at && ".-+%".indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        int end = at + 1;
        while (end < text.length() && isDomain(text.charAt(end))) {
            end++;
        }
        while (end > at + 1 && ".-".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return start < at && text.charAt(at - 1) != '.' && isDomain(text, at + 1, end) && !isCode(text, start, at, end)
                ? Optional.of(new Span(start, end))
                : Optional.empty();
    }

    private static boolean isDomain(String text, int start, int end) {
        int dot = text.lastIndexOf('.', end - 1);
        if (dot <= start
                || text.charAt(start) == '.'
                || text.substring(start, end).contains("..")) {
            return false;
        }
        String top = text.substring(dot + 1, end).toLowerCase(java.util.Locale.ROOT);
        return top.startsWith("xn--")
                || top.length() >= 2
                        && top.chars().allMatch(c -> c >= 'a' && c <= 'z')
                        && (top.length() == 2 || DOMAINS.contains(top));
    }

    /** A call or an element of a product of matrices, or a repository over SSH. */
    private static boolean isCode(String text, int start, int at, int end) {
        char next = end < text.length() ? text.charAt(end) : ' ';
        boolean path = next == ':' && end + 1 < text.length() && isLocal(text.charAt(end + 1));
        return next == '('
                || next == '['
                || next == '_'
                || path && text.substring(start, at).equals("git");
    }

    private static boolean isLocal(char c) {
        return isDomain(c) || c == '_' || c == '%' || c == '+' || c == '&' || c == '\'';
    }

    /** Latin letters with marks too; not those of scripts that put no space before an address. */
    private static boolean isDomain(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '.'
                || c == '-'
                || c >= 0xC0 && c < 0x250 && c != '×' && c != '÷';
    }
}
