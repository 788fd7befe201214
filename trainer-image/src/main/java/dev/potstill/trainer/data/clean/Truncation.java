package dev.potstill.trainer.data.clean;

import java.util.Set;

/** Answers that break off before their end, told by what they leave open. */
public final class Truncation {
    private static final String FENCE = "```";

    /** No sentence ends in these. */
    private static final Set<String> LEADING_ON =
            Set.of("the", "a", "an", "and", "or", "of", "to", "with", "from", "because", "is", "are", "therefore");

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
        if (",=+([{\\".indexOf(text.charAt(text.length() - 1)) >= 0) {
            return true;
        }
        int start = text.length();
        while (start > 0 && text.length() - start < 10 && isLetter(text.charAt(start - 1))) {
            start--;
        }
        return start > 0 && text.charAt(start - 1) == ' ' && LEADING_ON.contains(text.substring(start));
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
