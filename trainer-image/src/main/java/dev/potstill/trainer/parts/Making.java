package dev.potstill.trainer.parts;

/** What there is to do with each part, and what becomes known while it is done. */
public interface Making<P> {

    /** Makes a part in the folder; of several at a time, each on a thread of its own. */
    void make(Part<P> part);

    /** Told of each part once that is made, by whomever. */
    void done(int number, long size);

    /** Whether no more parts need be begun. Those before one that was begun are finished all the same. */
    default boolean isEnough() {
        return false;
    }
}
