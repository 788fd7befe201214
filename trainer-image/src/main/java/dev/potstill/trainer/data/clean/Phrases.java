package dev.potstill.trainer.data.clean;

import java.util.List;

/** Words and phrases that are looked for where a word begins, in any case. */
final class Phrases {
    private static final int LETTERS = 26;

    private final String[][] byFirstLetter = new String[LETTERS][];
    private final boolean whole;

    /** @param whole whether a word must end where the phrase does */
    Phrases(boolean whole, List<String> phrases) {
        this.whole = whole;
        for (int letter = 0; letter < LETTERS; letter++) {
            char first = (char) ('a' + letter);
            byFirstLetter[letter] =
                    phrases.stream().filter(phrase -> phrase.charAt(0) == first).toArray(String[]::new);
        }
    }

    /** The length of the phrase that stands here; 0 where none does. */
    int at(String text, int start) {
        int letter = (text.charAt(start) | 0x20) - 'a';
        if (letter < 0 || letter >= LETTERS) {
            return 0;
        }
        for (String phrase : byFirstLetter[letter]) {
            int end = start + phrase.length();
            if (text.regionMatches(true, start, phrase, 0, phrase.length())
                    && !(whole && end < text.length() && isWord(text.charAt(end)))) {
                return phrase.length();
            }
        }
        return 0;
    }

    static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
    }
}
