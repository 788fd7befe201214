package dev.potstill.trainer.reward.algebra;

import java.util.regex.Pattern;

/** The many ways to write the same, drawn to one: what the parser reads. */
final class Notation {
    private static final String[][] SAME = {
        {"\\left", ""},
        {"\\right", ""},
        {"\\bigl", ""},
        {"\\bigr", ""},
        {"\\big", ""},
        {"\\Big", ""},
        {"\\displaystyle", ""},
        {"\\dfrac", "\\frac"},
        {"\\tfrac", "\\frac"},
        {"\\cfrac", "\\frac"},
        {"\\cdot", "*"},
        {"\\times", "*"},
        {"\\div", "/"},
        {"\\over", "/"},
        {"**", "^"},
        {"\u2212", "-"},
        {"\u2013", "-"},
        {"\u00D7", "*"},
        {"\u00B7", "*"},
        {"\u00F7", "/"},
        {"\u2044", "/"},
        {"\u03C0", "\\pi "},
        {"\u221A", "\\sqrt "},
        {"\u221E", "\\infty "},
        {"\u222A", "\\cup "},
        {"\u2208", "\\in "},
        {"\u00B2", "^2"},
        {"\u00B3", "^3"},
        {"\u00B1", "\\pm "},
        {"\u00BD", " 1/2"},
        {"\u00BC", " 1/4"},
        {"\u00BE", " 3/4"},
        {"^{\\circ}", ""},
        {"^\\circ", ""},
        {"\\degree", ""},
        {"\u00B0", ""},
        {"\\%", ""},
        {"%", ""},
        {"\\$", ""},
        {"$", ""},
        {"\u20AC", ""},
        {"\u00A3", ""},
        {"{,}", ""},
        {"\\(", ""},
        {"\\)", ""},
        {"\\[", ""},
        {"\\]", ""},
        {"\\,", " "},
        {"\\!", ""},
        {"\\;", " "},
        {"\\:", " "},
        {"\\quad", " "},
        {"~", " "},
        {"\\ ", " "},
        {"\\lbrace", "\\{"},
        {"\\rbrace", "\\}"},
        {"\\lvert", "|"},
        {"\\rvert", "|"},
    };

    /** Words set upright are units and remarks. */
    private static final Pattern UPRIGHT =
            Pattern.compile("\\\\(?:text|mathrm|textbf|mbox|rm|textit)\\s*\\{[^{}]*}(?:\\^\\{?\\d}?)?");

    private static final Pattern NAMED = Pattern.compile("\\\\operatorname\\s*\\{(\\w+)}");

    /** A unit after a number at the very end, where it is no product of letters. */
    private static final Pattern UNIT = Pattern.compile(
            "(?i)(?<=[\\d)}])\\s*(?:(?:square|cubic|sq|cu)\\.?\\s+)?(?:units?|cm|mm|km|kg|mph|inch(?:es)?|ft|feet|foot|yards?|miles?|"
                    + "met(?:er|re)s?|centimet(?:er|re)s?|degrees?|radians?|dollars?|cents?|hours?|minutes?|seconds?|days?|weeks?|"
                    + "months?|years?|grams?|percent|people|points?|ways?)(?:\\s*\\^\\s*\\{?[23]}?)?\\s*\\z");

    /** A comma between groups of three digits, in a number that stands alone. */
    private static final Pattern THOUSANDS = Pattern.compile("[-+]?\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?");

    /** What is told to be equal to the rest: {@code x =}, {@code f(x) =}, {@code x \in}. */
    private static final Pattern SUBJECT =
            Pattern.compile("\\A\\s*[A-Za-z](?:_\\{?\\w+}?|'|\\([A-Za-z]\\))?\\s*(?:=|\\\\in(?![a-z]))\\s*");

    /** Letters that are a word and no product of names. */
    private static final Pattern WORD = Pattern.compile("(?<![\\\\A-Za-z])(?!sqrt|arcsin|arccos|arctan)[A-Za-z]{4,}");

    private Notation() {}

    static boolean hasWords(String plain) {
        return WORD.matcher(plain).find();
    }

    static String squeezed(String text) {
        return plain(text).replaceAll("\\s+", "");
    }

    static String plain(String text) {
        String plain = NAMED.matcher(Digits.plain(text)).replaceAll("$1");
        plain = UPRIGHT.matcher(plain).replaceAll(" ");
        for (String[] pair : SAME) {
            plain = plain.replace(pair[0], pair[1]);
        }
        plain = plain.strip().replaceAll("[.,;]\\z", "").strip();
        plain = UNIT.matcher(plain).replaceFirst("");
        plain = SUBJECT.matcher(plain).replaceFirst("");
        return THOUSANDS.matcher(plain).matches() ? plain.replace(",", "") : plain.strip();
    }
}
