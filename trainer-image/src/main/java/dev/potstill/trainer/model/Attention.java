package dev.potstill.trainer.model;

import java.util.List;

/**
 * How tokens look at those before them. TorchScript lines, of N tokens in R rows of at most T each: linear layers see only real
 * tokens, attention sees each row alone, padded to the longest.
 */
interface Attention {

    List<Weight> weights();

    /** What a token leaves in the cache. */
    Cache cache();

    /** The size of a head that turns with its position. */
    int rotated();

    /** The methods that the lines call. */
    String methods();

    /** From the normed input h [N, width] to queries q, keys k and values v [N, heads, size], and what {@link #fill} needs. */
    String project();

    /** From q, k and v of a packed batch to o [N, heads · size], what goes into the output projection. */
    String attend();

    /** Puts a packed batch's tokens into the cache {@code keys}, {@code values}. */
    String fill();

    /** From h, one token a row, to o: its own entry is put into the cache {@code at} its place and it looks at all of them. */
    String decode();

    /**
     * The shape of a cache: keys [rows, heads, places, keySize] and values [rows, heads, places, valueSize].
     *
     * @param valueSize 0 where values are a part of the keys
     */
    record Cache(int heads, int keySize, int valueSize) {
        long elements() {
            return (long) heads * (keySize + valueSize);
        }
    }
}
