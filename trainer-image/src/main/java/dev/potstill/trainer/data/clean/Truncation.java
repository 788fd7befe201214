package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.reward.Thoughts;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Answers that break off before their end, told by what they leave open. Only what no whole answer does counts: many end without a full
 * stop, in any language, and in words that look as if more were to come.
 */
public final class Truncation {
    /** Leads on in English, and means nothing at the end of a text in others. */
    private static final List<Pattern> LEADING_ON = patterns(
            " (?:the|and|therefore)",
            "(?<!\\b[Jj]ust) because",
            " (?:equal|equals|according|due|respect|in order) to",
            " (?:the|a|an) [a-z]{1,20} of",
            "(?: the|^The|[.!?:\\n] ?The) (?:final |correct )?(?:answer|result|solution|sum|total|product) is");

    /** What leads on if it is English: in French "or" is gold, and in German "was an" ends sentences. */
    private static final Pattern IN_ENGLISH =
            Pattern.compile(" (?:or|(?:is|was|as|of|in|by|for|with|from|into|has|have|such|becomes) an?)$");

    private static final Pattern ENGLISH =
            Pattern.compile("(?i)\\b(?:the|is|and|of|that|this|we|it|then|are|either|you)\\b");

    /** One of several answers to choose from. */
    private static final Pattern CHOSEN = Pattern.compile(
            "\\b(?:answer|option|choice|letter|vowel|note|key|one|solution)(?: is)?:? an?$", Pattern.CASE_INSENSITIVE);

    /** What the answer is, where it is, and the like: said of it, not said it. */
    private static final Pattern ASKED = Pattern.compile("(?i)\\b(?:what|how|where|which|who)\\b[^.!?]* is$");

    private static final int CONTEXT = 64;

    private Truncation() {}

    public static boolean in(String answer) {
        String text = answer.stripTrailing();
        return Fences.leftOpen(text) || Thoughts.areOpen(text) || endsLeadingOn(text) || hasOpenBox(text);
    }

    private static List<Pattern> patterns(String... ends) {
        return List.of(ends).stream().map(end -> Pattern.compile(end + "$")).toList();
    }

    private static boolean endsLeadingOn(String text) {
        if (text.isEmpty()) {
            return false;
        }
        if (",=([{\\".indexOf(text.charAt(text.length() - 1)) >= 0 || endsInPlus(text)) {
            return true;
        }
        String end = text.substring(Math.max(0, text.length() - CONTEXT));
        boolean leads = LEADING_ON.stream().anyMatch(lead -> lead.matcher(end).find())
                || IN_ENGLISH.matcher(end).find() && ENGLISH.matcher(end).find();
        return leads && !CHOSEN.matcher(end).find() && !ASKED.matcher(end).find();
    }

    /** A sum that goes on; neither a grade nor the name of a language. */
    private static boolean endsInPlus(String text) {
        int last = text.length() - 1;
        return text.charAt(last) == '+' && (last == 0 || " )]}0123456789".indexOf(text.charAt(last - 1)) >= 0);
    }

    private static boolean hasOpenBox(String text) {
        int at = text.lastIndexOf("\\boxed{");
        int depth = 0;
        for (int i = Math.max(at, 0); at >= 0 && i < text.length(); i++) {
            depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
            if (depth == 0 && text.charAt(i) == '}') {
                return false;
            }
        }
        return at >= 0;
    }
}
