package dev.potstill.trainer.run;

import java.util.SplittableRandom;

/** Random numbers that depend on a run's seed and on what they are drawn for, and on nothing else. */
public final class Draws {
    private Draws() {}

    /** Mixed, so that neighbouring seeds and keys have nothing in common: SplittableRandom itself steps through its seeds. */
    public static SplittableRandom of(long seed, long key) {
        return new SplittableRandom(mixed(seed, key));
    }

    /** One number of 64 bits. */
    public static long mixed(long seed, long key) {
        return mix(mix(seed) + key);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014; Stafford's variant 13). */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
