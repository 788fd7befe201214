package dev.potstill.trainer.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings what is written in many ways into one: LaTeX, list marks, thousands, decimal commas, shares of something. */
final class Notation {
    /** GSM8K's sums, and tags. */
    private static final Pattern ANNOTATION = Pattern.compile("<<[^<>]*>>|</?[a-zA-Z][a-zA-Z0-9]*+>");

    private static final Pattern LIST_MARK = Pattern.compile("(?m)^\\h*+(?:[-*•>]|\\d{1,2}[.)](?!\\d))\\s++");

    /** In a pair, {@code (1,5)}, and in a row, {@code 1,5,2}, a comma parts two numbers. */
    private static final Pattern DECIMAL_COMMA =
            Pattern.compile("(?<![\\d,.])(?!(?<=\\()\\d++,\\d++\\))(\\d++),(\\d{1,2}|\\d{4,})(?!\\d|,\\d|\\.\\d)");

    private static final Pattern ROOT = Pattern.compile("\\\\sqrt\\s*+(?:\\[([^\\[\\]]*)])?\\{([^{}]*)}");
    private static final Pattern RADICAL = Pattern.compile("√\\h?(\\d++(?:\\.\\d++)?)");
    private static final Pattern FRACTION = Pattern.compile("\\\\d?frac\\{([^{}]*)\\}\\{([^{}]*)\\}");
    private static final Pattern TIMES = Pattern.compile("\\\\(?:times|cdot)\\b|[×·⋅]|(?<=\\d)\\s*+[xX]\\s*+(?=\\d)");
    private static final Pattern OVER = Pattern.compile("\\\\div\\b|÷");
    private static final Pattern DEGREES = Pattern.compile("\\^\\{?\\\\circ\\b}?|°");
    private static final Pattern SIGNS =
            Pattern.compile("\\\\[()\\[\\],;!]|[$£€¥{}&]|(?<=\\d),(?=\\d{3}(?!\\d))|\\\\(?:left|right)\\b|\\\\(?=%)");

    /** {@code 20 % of the 50}: a share of the number that follows, at most two words on. */
    private static final Pattern SHARE =
            Pattern.compile("(?<=\\d)(?:\\h?\\\\?%|\\h(?:percent|per cent|Prozent|por ciento|pour cent)\\b)"
                    + "\\h*+(?:of|von|der|des|de|del|di|da|от)(?:\\h++\\p{L}++){0,2}+\\h++(?=[$£€¥]?[\\d(])");

    private static final Pattern ARROW =
            Pattern.compile("(?<![-=])[-=]++>|[→⇒⟹]|\\\\(?:implies|Rightarrow|rightarrow|to|iff)\\b");
    private static final Pattern AT_MOST = Pattern.compile("<=|\\\\leq?\\b");
    private static final Pattern AT_LEAST = Pattern.compile(">=|\\\\geq?\\b");
    private static final Pattern UNEQUAL = Pattern.compile("!=|\\\\neq?\\b");

    private Notation() {}

    static String plain(String answer) {
        String text =
                ANNOTATION.matcher(answer).replaceAll("").replace('−', '-').replace("**", "");
        text = LIST_MARK.matcher(text).replaceAll("\n");
        text = SHARE.matcher(text).replaceAll("%*");
        text = DECIMAL_COMMA.matcher(text).replaceAll("$1.$2");
        text = fractions(DEGREES.matcher(text).replaceAll(""));
        text = TIMES.matcher(text).replaceAll("*");
        return SIGNS.matcher(OVER.matcher(relations(text)).replaceAll("/")).replaceAll("");
    }

    /** A root may stand in a fraction, and a fraction in a root. */
    private static String fractions(String text) {
        String inner = FRACTION.matcher(roots(text)).replaceAll("($1)/($2)");
        return RADICAL.matcher(roots(inner)).replaceAll("sqrt($1)").replace("√", "sqrt");
    }

    private static String roots(String text) {
        return ROOT.matcher(text)
                .replaceAll(root -> Matcher.quoteReplacement(
                        (root.group(1) == null ? "sqrt(" : "sqrt_" + root.group(1) + "(") + root.group(2) + ")"));
    }

    private static String relations(String text) {
        String parted = ARROW.matcher(text).replaceAll("\n");
        parted = AT_MOST.matcher(parted).replaceAll("≤");
        return UNEQUAL.matcher(AT_LEAST.matcher(parted).replaceAll("≥")).replaceAll("≠");
    }
}
