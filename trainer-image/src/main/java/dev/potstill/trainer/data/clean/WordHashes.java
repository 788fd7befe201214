package dev.potstill.trainer.data.clean;

import java.text.Normalizer;
import java.util.Arrays;

/**
 * The words of texts as 64-bit hashes, whatever their case, spacing, punctuation and form of letters. Scripts that put no spaces
 * between words count each letter as one. Reused from text to text, by one thread.
 */
final class WordHashes {
    /** FNV-1a's, of 64 bits. */
    private static final long BASIS = 0xcbf29ce484222325L;

    private static final long PRIME = 0x100000001b3L;

    private final boolean letters;
    private long[] hashes = new long[256];
    private int size;
    private long word = BASIS;
    private int length;
    private boolean onlyLetter;

    /** @param letters whether single Latin letters are words: "a", and the A of a choice */
    WordHashes(boolean letters) {
        this.letters = letters;
    }

    WordHashes clear() {
        size = 0;
        return this;
    }

    int size() {
        return size;
    }

    long get(int i) {
        return hashes[i];
    }

    WordHashes add(String given) {
        String text = Words.isAscii(given) || Normalizer.isNormalized(given, Normalizer.Form.NFKC)
                ? given
                : Normalizer.normalize(given, Normalizer.Form.NFKC);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                ascii(c);
            } else {
                int point = text.codePointAt(i);
                other(point);
                i += Character.charCount(point) - 1;
            }
        }
        end();
        return this;
    }

    private void ascii(char c) {
        if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
            take(c, c >= 'a');
        } else if (c >= 'A' && c <= 'Z') {
            take(c + 32, true);
        } else {
            end();
        }
    }

    private void other(int point) {
        if (isWordByItself(point)) {
            end();
            take(point, false);
            end();
        } else if (Character.isLetterOrDigit(point) || isMark(point)) {
            take(Character.toLowerCase(point), false);
        } else if (Character.getType(point) != Character.FORMAT) { // a soft hyphen or a space of no width parts nothing
            end();
        }
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    /** Han, kana, Thai, Lao, Burmese and Khmer. */
    private static boolean isWordByItself(int point) {
        return point >= 0x0E00
                && (point <= 0x0EFF
                        || point >= 0x1000 && point <= 0x109F
                        || point >= 0x1780 && point <= 0x17FF
                        || point >= 0x3040 && point <= 0x30FF
                        || Character.isIdeographic(point));
    }

    private void take(int point, boolean letter) {
        word = (word ^ point) * PRIME;
        length++;
        onlyLetter = letter;
    }

    private void end() {
        if (length > 1 || length == 1 && (letters || !onlyLetter)) {
            if (size == hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * size);
            }
            hashes[size++] = mix(word);
        }
        word = BASIS;
        length = 0;
    }

    /** Spreads each bit over all (the finaliser of MurmurHash3). */
    static long mix(long bits) {
        long h = bits;
        h = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }
}
