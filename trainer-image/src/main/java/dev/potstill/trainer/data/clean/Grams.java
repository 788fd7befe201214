package dev.potstill.trainer.data.clean;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Texts by every run of 13 words in them (Brown et al. 2020, appendix C). One of 8 to 12 words is a run of its own length; a shorter
 * one is found only where it is all that is said, for so few words come together by chance.
 */
final class Grams {
    private static final int WORDS = 13;
    private static final int FEWEST = 8;

    /** Of the polynomial that a run is hashed by, so that the next run's hash follows from this one's. */
    private static final long BASE = 0x9e3779b97f4a7c15L;

    private final HashTable runs = new HashTable();
    private final HashTable wholes = new HashTable();
    private final SortedSet<Integer> lengths = new TreeSet<>();

    /** @param member what the text is one of, from 0 to 31 */
    void add(WordHashes text, int member) {
        int length = Math.min(text.size(), WORDS);
        if (length >= FEWEST) {
            lengths.add(length);
            for (int i = 0; i + length <= text.size(); i++) {
                runs.add(key(hash(text, i, length), length), member);
            }
        } else if (length > 0) {
            wholes.add(key(hash(text, 0, length), length), member);
        }
    }

    /** Only by its first run, for texts whose rest is found in others. */
    void addStart(WordHashes text, int member) {
        if (text.size() >= WORDS) {
            lengths.add(WORDS);
            runs.add(key(hash(text, 0, WORDS), WORDS), member);
        } else {
            add(text, member);
        }
    }

    /** What the text has a run of: a bit a member. */
    int in(WordHashes text) {
        if (text.size() < FEWEST) {
            return text.size() == 0 ? 0 : wholes.get(key(hash(text, 0, text.size()), text.size()));
        }
        int found = 0;
        for (int length : lengths) {
            found |= in(text, length);
        }
        return found;
    }

    private int in(WordHashes text, int length) {
        if (text.size() < length) {
            return 0;
        }
        long highest = 1;
        for (int i = 1; i < length; i++) {
            highest *= BASE;
        }
        long hash = hash(text, 0, length);
        int found = runs.get(key(hash, length));
        for (int i = length; i < text.size(); i++) {
            hash = (hash - text.get(i - length) * highest) * BASE + text.get(i);
            found |= runs.get(key(hash, length));
        }
        return found;
    }

    private static long hash(WordHashes text, int from, int length) {
        long hash = 0;
        for (int i = from; i < from + length; i++) {
            hash = hash * BASE + text.get(i);
        }
        return hash;
    }

    private static long key(long hash, int length) {
        return WordHashes.mix(hash + length);
    }
}
