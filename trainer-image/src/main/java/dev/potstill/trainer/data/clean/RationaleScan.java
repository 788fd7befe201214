package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.data.clean.ReasoningWords.Phrase;
import dev.potstill.trainer.data.clean.ReasoningWords.Sign;
import java.util.List;

/** Counts an answer's features in one pass over its characters. */
final class RationaleScan {
    private static final Phrases WORDS = new Phrases(ReasoningWords.all());

    /** "Is", after the word for an answer. */
    private static final List<String> IS =
            List.of("is", "ist", "lautet", "est", "es", "è", "é", "равен", "—", "是", "为", "為", "は");

    /** Spaces before a step's number or bullet. */
    private static final int INDENT = 8;

    private final String text;
    private int words;
    private int steps;
    private int equations;
    private int connectives;
    private int fences;
    private int thoughts;

    /** Where the thoughts begin that were not ended; an answer may begin in them, for prompts end in the opening tag (DeepSeek-R1's). */
    private int thinking;

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
            case '<' -> think(before, i);
            case '#' -> ends |= text.startsWith("####", i) && next(i + 4) < text.length();
            case '\\' -> ends |= text.startsWith("\\boxed{", i);
            default -> {
                if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z' && !Phrases.isWord(before)) {
                    return word(i);
                }
                return c < 0x80 ? 0 : beyondAscii(c, before, i);
            }
        }
        return 0;
    }

    private int beyondAscii(char c, char before, int i) {
        equations += c == '＝' && isEquation(i) ? 1 : 0;
        return Character.isLetter(c) && (Phrases.isDense(c) || !Phrases.isWord(before)) ? word(i) : 0;
    }

    private int word(int i) {
        Phrase phrase = WORDS.at(text, i);
        if (phrase.sign() == Sign.Nothing) {
            return 0;
        }
        int length = phrase.text().length();
        switch (phrase.sign()) {
            case Connective -> {
                connectives++;
                return length - 1;
            }
            case Correction -> {
                corrections++;
                return length - 1;
            }
            case Step -> steps += isNumbered(i + length) ? 1 : 0;
            case Answer -> ends |= isTold(i + length);
            case Nothing -> {}
        }
        return 0;
    }

    private boolean isNumbered(int end) {
        return isDigit(next(end)) && (isSpace(end) || Phrases.isDense(text.charAt(end - 1)));
    }

    /** A colon or "is", and something after it. */
    private boolean isTold(int end) {
        int after = next(end);
        if (after >= text.length()) {
            return false;
        }
        boolean dense = Phrases.isDense(text.charAt(end - 1));
        return ":：".indexOf(text.charAt(after)) >= 0
                || ":：".indexOf(text.charAt(end - 1)) >= 0
                || (after > end || dense) && IS.stream().anyMatch(is -> isWord(is, after));
    }

    private boolean isWord(String word, int at) {
        int end = at + word.length();
        return text.regionMatches(true, at, word, 0, word.length())
                && (end >= text.length() || Phrases.isDense(word.charAt(0)) || !Phrases.isWord(text.charAt(end)));
    }

    /** {@code 1.}, {@code 2)} or a bullet, and something after it. */
    private boolean isStep(int start) {
        int at = start;
        while (at < start + 2 && isDigit(at)) {
            at++;
        }
        boolean marked = at < text.length()
                && (at > start ? ".)、．）".indexOf(text.charAt(at)) >= 0 : "-*•".indexOf(text.charAt(at)) >= 0);
        return marked && (isSpace(at + 1) || Phrases.isDense(text.charAt(at))) && next(at + 1) < text.length();
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

    /** A closing tag in quotes is spoken of; so is one after thoughts that were ended. */
    private void think(char before, int at) {
        if (text.startsWith("<think>", at)) {
            thinking = thinking > 0 ? thinking : at + "<think>".length();
        } else if (thinking >= 0 && text.startsWith("</think>", at) && "`\"'“‘«".indexOf(before) < 0) {
            thoughts += next(thinking) < at ? 1 : 0;
            thinking = -1;
        }
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
        if (at < 0 || at >= text.length()) {
            return false;
        }
        char c = text.charAt(at);
        return c <= ' ' || c == '\u00a0' || c == '\u202f' || c == '\u3000'; // the wide one, and French before a colon
    }

    private boolean isDigit(int at) {
        if (at >= text.length()) {
            return false;
        }
        char c = text.charAt(at);
        return c < 0x80 ? c >= '0' && c <= '9' : Character.isDigit(c);
    }
}
