package dev.potstill.trainer.data;

/** Shares of a number of rows, in whole rows. */
final class Shares {
    private Shares() {}

    /** A percentage of so many, to the nearest. */
    static int of(int count, int percent) {
        return Math.toIntExact((2L * count * percent + 100) / 200);
    }
}
