package dev.potstill.trainer.data.clean;

import java.util.Set;
import java.util.regex.Pattern;

/** Answers that break off before their end, told by what they leave open. */
public final class Truncation {
    private static final String FENCE = "```";

    /** No sentence ends in these. */
    private static final Set<String> LEADING_ON =
            Set.of("the", "a", "an", "and", "or", "of", "to", "with", "from", "because", "is", "are", "therefore");

    /** One of several answers to choose from. */
    private static final Pattern CHOSEN =
            Pattern.compile("\\b(?:answer|option|choice)(?: is)?:? a$", Pattern.CASE_INSENSITIVE);

    private static final int CONTEXT = 32;

    private Truncation() {}

    public static boolean in(String answer) {
        String text = answer.stripTrailing();
        return hasOpenFence(text)
                || text.lastIndexOf("<think>") > text.lastIndexOf("</think>")
                || endsLeadingOn(text)
                || hasOpenBox(text);
    }

    private static boolean hasOpenFence(String text) {
        int fences = 0;
        for (int at = text.indexOf(FENCE); at >= 0; at = text.indexOf(FENCE, at + FENCE.length())) {
            fences++;
        }
        return fences % 2 == 1;
    }

    private static boolean endsLeadingOn(String text) {
        if (text.isEmpty()) {
            return false;
        }
        if (",=([{\\".indexOf(text.charAt(text.length() - 1)) >= 0 || endsInPlus(text)) {
            return true;
        }
        if (CHOSEN.matcher(text.substring(Math.max(0, text.length() - CONTEXT))).find()) {
            return false;
        }
        int start = text.length();
        while (start > 0 && text.length() - start < 10 && isLetter(text.charAt(start - 1))) {
            start--;
        }
        return start > 0 && text.charAt(start - 1) == ' ' && LEADING_ON.contains(text.substring(start));
    }

    /** A sum that goes on; neither a grade nor the name of a language. */
    private static boolean endsInPlus(String text) {
        int last = text.length() - 1;
        return text.charAt(last) == '+' && (last == 0 || " )]}0123456789".indexOf(text.charAt(last - 1)) >= 0);
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
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
