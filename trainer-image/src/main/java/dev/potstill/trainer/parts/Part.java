package dev.potstill.trainer.parts;

/**
 * A part of some work.
 *
 * @param number from 0; the same to all who share the work
 * @param size in whatever progress is told in
 * @param content what there is to do
 */
public record Part<P>(int number, long size, P content) {

    /** The same part with another content. */
    <Q> Part<Q> with(Q other) {
        return new Part<>(number, size, other);
    }
}
