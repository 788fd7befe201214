package dev.potstill.trainer.data.clean;

import java.util.List;

/** Counts an answer's features in one pass over its characters. */
final class RationaleScan {
    private static final Phrases CONNECTIVES = new Phrases(
            true,
            List.of(
                    "so",
                    "thus",
                    "hence",
                    "therefore",
                    "because",
                    "since",
                    "then",
                    "first",
                    "next",
                    "finally",
                    "which means",
                    "this means",
                    "let's",
                    "let us",
                    "if",
                    "given",
                    "after",
                    "now",
                    "each",
                    "in total",
                    "altogether"));
    private static final Phrases CORRECTIONS = new Phrases(
            false,
            List.of(
                    "wait",
                    "hmm",
                    "actually",
                    "on second thought",
                    "let me check",
                    "let me verify",
                    "let me re",
                    "double-check",
                    "to verify",
                    "correction",
                    "mistake"));

    /** Spaces before a step's number or bullet. */
    private static final int INDENT = 8;

    private final String text;
    private int words;
    private int steps;
    private int equations;
    private int connectives;
    private int fences;
    private int thoughts;
    private int corrections;
    private boolean ends;

    RationaleScan(String text) {
        this.text = text;
        scan();
    }

    Rationale found() {
        return new Rationale(
                words,
                steps,
                equations,
                connectives,
                fences / 2,
                thoughts,
                corrections,
                ends || endsInResult() ? 1 : 0);
    }

    private void scan() {
        char before = '\n';
        boolean lineStart = true;
        int indent = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean space = c <= ' ' || c == '\u3000';
            if (!space && (before <= ' ' || before == '\u3000')) {
                words++;
            }
            if (c == '\n') {
                lineStart = true;
                indent = 0;
            } else if (lineStart && !(space && ++indent <= INDENT)) {
                lineStart = false;
                steps += isStep(i) ? 1 : 0;
            }
            i += look(c, before, i);
            before = text.charAt(i);
        }
    }

    /** Looks at one character; returns how many more need no look. */
    private int look(char c, char before, int i) {
        switch (c) {
            case '=' -> equations += isEquation(i) ? 1 : 0;
            case '`' -> {
                if (text.startsWith("```", i)) {
                    fences++;
                    return 2;
                }
            }
            case '<' -> thoughts += isThought(i) ? 1 : 0;
            case '#' -> ends |= text.startsWith("####", i) && next(i + 4) < text.length();
            case '\\' -> ends |= text.startsWith("\\boxed{", i);
            default -> {
                if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z' && !Phrases.isWord(before)) {
                    return word(i);
                }
            }
        }
        return 0;
    }

    private int word(int i) {
        int tie = CONNECTIVES.at(text, i);
        if (tie > 0) {
            connectives++;
            return tie - 1;
        }
        int correction = CORRECTIONS.at(text, i);
        if (correction > 0) {
            corrections++;
            return correction - 1;
        }
        char first = (char) (text.charAt(i) | 0x20);
        if (first == 's' && text.regionMatches(true, i, "step", 0, 4)) {
            steps += isSpace(i + 4) && isDigit(next(i + 4)) ? 1 : 0;
        } else if (first == 'a' && text.regionMatches(true, i, "answer", 0, 6)) {
            int after = next(i + 6);
            ends |= after < text.length()
                    && (text.charAt(after) == ':' || after > i + 6 && text.regionMatches(true, after, "is", 0, 2));
        }
        return 0;
    }

    /** {@code 1.}, {@code 2)} or a bullet, and something after it. */
    private boolean isStep(int start) {
        int at = start;
        while (at < start + 2 && isDigit(at)) {
            at++;
        }
        boolean marked = at < text.length()
                && (at > start ? ".)".indexOf(text.charAt(at)) >= 0 : "-*•".indexOf(text.charAt(at)) >= 0);
        return marked && isSpace(at + 1) && next(at + 1) < text.length();
    }

    /** Something on its left, and a number or a bracket on its right. */
    private boolean isEquation(int at) {
        int left = at > 1 && isSpace(at - 1) ? at - 2 : at - 1;
        if (left < 0 || !Phrases.isWord(text.charAt(left)) && ")]}%".indexOf(text.charAt(left)) < 0) {
            return false;
        }
        int right = isSpace(at + 1) ? at + 2 : at + 1;
        if (right < text.length() && "-$£€(\\".indexOf(text.charAt(right)) >= 0) {
            if (text.charAt(right) == '(') {
                return true;
            }
            right += isSpace(right + 1) ? 2 : 1;
        }
        return right < text.length() && (isDigit(right) || text.charAt(right) == '(');
    }

    private boolean isThought(int at) {
        if (!text.startsWith("<think>", at)) {
            return false;
        }
        int close = text.indexOf("</think>", at);
        return close > 0 && next(at + 7) < close;
    }

    /** Whether it comes to a number: {@code = 12} at the very end, not a part of an equation. */
    private boolean endsInResult() {
        int end = text.length();
        while (end > 0 && isSpace(end - 1)) {
            end--;
        }
        int start = end;
        while (start > 0 && (isDigit(start - 1) || ".,".indexOf(text.charAt(start - 1)) >= 0)) {
            start--;
        }
        if (start == end) {
            return false;
        }
        start -= start > 0 && text.charAt(start - 1) == '-' ? 1 : 0;
        start -= isSpace(start - 1) ? 1 : 0;
        boolean equals = start > 0 && text.charAt(start - 1) == '=';
        return equals && (start == 1 || isSpace(start - 2) || ";.".indexOf(text.charAt(start - 2)) >= 0);
    }

    /** Where the next character is that is no space. */
    private int next(int from) {
        int at = from;
        while (isSpace(at)) {
            at++;
        }
        return at;
    }

    private boolean isSpace(int at) {
        return at >= 0 && at < text.length() && text.charAt(at) <= ' ';
    }

    private boolean isDigit(int at) {
        return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }
}
