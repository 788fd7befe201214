package dev.potstill.trainer.data.source;

import dev.potstill.api.Data.Format;
import java.nio.file.Path;

/**
 * A piece of a source, of which each row belongs to exactly one.
 *
 * @param index among all pieces of all sources, in their order
 * @param source the index of its source
 * @param file what it is a piece of; the name alone where the source is built in
 * @param from its first byte, row or number
 * @param to the one after its last
 */
public record Piece(int index, int source, Path file, Unit unit, long from, long to, Format format) {

    /** What a piece is cut by. */
    public enum Unit {
        /** A range of a plain file of lines: those that start in it. */
        Bytes,
        /** A file that can only be read from its start. */
        Whole,
        /** Rows of a Parquet file. */
        Rows,
        /** Problems of the built-in set. */
        Problems
    }

    /** The name of its folder. */
    public String name() {
        return "%05d".formatted(index);
    }

    /** The name of a row, unique in the data set: by its place in the piece, or the problem's number. */
    public String rowId(long row) {
        return unit == Unit.Problems
                ? "s%d-%08d".formatted(source, from + row)
                : "s%d-%05d-%07d".formatted(source, index, row);
    }

    /** Whether lines are numbered from the start of the piece and not of the file. */
    public boolean isNumberedByItself() {
        return unit == Unit.Bytes;
    }
}
