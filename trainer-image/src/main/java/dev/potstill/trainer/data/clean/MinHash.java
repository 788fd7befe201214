package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.text.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * How alike two texts are, by their sets of five words in a row (Broder 1997): 112 least hashes each, put into bands so that texts
 * as alike as wanted meet in one (Leskovec et al., chapter 3; Penedo et al. 2024 take 14 bands of 8 for 75 %). Texts of other
 * {@link Quantities} never meet: they are different problems. By one thread.
 */
public final class MinHash {
    public static final int HASHES = 112;

    /** Shorter texts are alike by their form alone. */
    private static final int FEWEST_WORDS = 50;

    private static final int SHINGLE = 5;
    private static final double FOUND = 0.9;
    private static final int[] FACTORS = numbers(1);
    private static final int[] TERMS = numbers(2);

    private final int bandRows;
    private final WordHashes words = new WordHashes(true);
    private final int[] least = new int[HASHES];

    /** @param percent from which share of the same shingles two texts are alike */
    public MinHash(int percent) {
        this.bandRows = bandRows(percent);
    }

    /**
     * @param bands texts that share one may be alike
     * @param lowest the lowest byte of each least hash, eight to a number: by them, how alike is told (Li and König 2010)
     */
    public record Signature(long[] bands, long[] lowest) {}

    /** Bands are as long as can be, so that few unlike texts meet, while nine in ten of those just as alike as wanted do. */
    static int bandRows(int percent) {
        for (int rows : new int[] {28, 16, 14, 8, 7, 4, 2}) {
            if (1 - Math.pow(1 - Math.pow(percent / 100.0, rows), HASHES / (double) rows) >= FOUND) {
                return rows;
            }
        }
        return 1;
    }

    public static int bands(int percent) {
        return HASHES / bandRows(percent);
    }

    /** Of a question and its answer; of one with too few words, null bands would be a lie: it has none. */
    public Optional<Signature> of(List<Message> prompt, String answer) {
        words.clear();
        prompt.stream()
                .filter(message -> message.role().equals("user"))
                .forEach(message -> words.add(message.content()));
        words.add(answer);
        if (words.size() < FEWEST_WORDS) {
            return Optional.empty();
        }
        Arrays.fill(least, Integer.MAX_VALUE);
        for (int i = 0; i + SHINGLE <= words.size(); i++) {
            long hash = 0;
            for (int k = 0; k < SHINGLE; k++) {
                hash = hash * 0x9e3779b97f4a7c15L + words.get(i + k);
            }
            lower((int) (WordHashes.mix(hash) >>> 32));
        }
        return Optional.of(new Signature(bands(Quantities.of(prompt, answer)), lowest()));
    }

    private void lower(int shingle) {
        for (int k = 0; k < HASHES; k++) {
            least[k] = Math.min(least[k], FACTORS[k] * shingle + TERMS[k]);
        }
    }

    private long[] bands(long quantities) {
        var bands = new long[HASHES / bandRows];
        for (int band = 0; band < bands.length; band++) {
            long hash = quantities + band;
            for (int row = 0; row < bandRows; row++) {
                hash = WordHashes.mix(hash ^ least[band * bandRows + row]);
            }
            bands[band] = hash;
        }
        return bands;
    }

    private long[] lowest() {
        var lowest = new long[HASHES / Long.BYTES];
        for (int k = 0; k < HASHES; k++) {
            lowest[k / Long.BYTES] |= (least[k] & 0xFFL) << 8 * (k % Long.BYTES);
        }
        return lowest;
    }

    /** The share of shingles that two texts have in common, from 0 to 1. One in 256 bytes is the same by chance. */
    public static double likeness(long[] one, long[] other) {
        int same = 0;
        for (int i = 0; i < one.length; i++) {
            long differs = one[i] ^ other[i];
            for (int k = 0; k < Long.BYTES; k++) {
                same += (differs >>> 8 * k & 0xFF) == 0 ? 1 : 0;
            }
        }
        return (same / (double) HASHES - 1 / 256.0) / (1 - 1 / 256.0);
    }

    /** Odd, so that a product with one leaves different numbers different. */
    private static int[] numbers(long seed) {
        return new Random(seed).ints(HASHES).map(number -> number | 1).toArray();
    }
}
