package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.data.clean.ReasoningWords.Phrase;
import dev.potstill.trainer.data.clean.ReasoningWords.Sign;
import java.util.ArrayList;
import java.util.List;

/** Words and phrases that are looked for where a word begins, in any case; in scripts without spaces, anywhere. */
final class Phrases {
    static final Phrase NOTHING = new Phrase("", Sign.Nothing, false);

    private static final int BUCKETS = 1 << 12;

    /** By their first two characters, so that most words need no comparison. */
    private final Phrase[][] starting = new Phrase[BUCKETS][];

    Phrases(List<Phrase> phrases) {
        List<List<Phrase>> lists = new ArrayList<>();
        for (int i = 0; i < BUCKETS; i++) {
            lists.add(new ArrayList<>());
        }
        phrases.forEach(phrase -> lists.get(bucket(phrase.text(), 0)).add(phrase));
        for (int i = 0; i < BUCKETS; i++) {
            starting[i] = lists.get(i).toArray(Phrase[]::new);
        }
    }

    /** The phrase that stands here. */
    Phrase at(String text, int start) {
        if (start + 1 == text.length()) {
            return NOTHING;
        }
        Phrase[] here = starting[bucket(text, start)];
        return here.length == 0 ? NOTHING : first(here, text, start);
    }

    private static Phrase first(Phrase[] phrases, String text, int start) {
        for (Phrase phrase : phrases) {
            int end = start + phrase.text().length();
            if (isAt(phrase.text(), text, start)
                    && !(phrase.whole() && end < text.length() && isWord(text.charAt(end)))) {
                return phrase;
            }
        }
        return NOTHING;
    }

    private static boolean isAt(String phrase, String text, int start) {
        if (start + phrase.length() > text.length()) {
            return false;
        }
        for (int i = 0; i < phrase.length(); i++) {
            if (lower(text.charAt(start + i)) != phrase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int bucket(String text, int start) {
        return folded(text.charAt(start)) * 67 + folded(text.charAt(start + 1)) & BUCKETS - 1;
    }

    /** The same for both cases, and for some others. */
    private static int folded(char c) {
        return c < 0x80 ? c | 0x20 : lower(c);
    }

    private static char lower(char c) {
        if (c < 0x80) {
            return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
        }
        return c == '’' ? '\'' : Character.toLowerCase(c);
    }

    static boolean isWord(char c) {
        return c < 0x80
                ? c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
                : Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK;
    }

    /** Of a script without spaces, or of its signs. */
    static boolean isDense(char c) {
        return c >= 0x3001 && c <= 0x9FFF || c >= 0xFF01 && c <= 0xFF1F;
    }
}
