package dev.potstill.trainer.data.source;

import java.nio.file.Path;
import java.util.Optional;

/** A piece's rows, in their order. */
public interface Rows extends AutoCloseable {

    /** A row as it was found: an interaction, or what is wrong with it. */
    sealed interface Read {
        /** From 1, in the piece or in the file as {@link Piece#isNumberedByItself} says. */
        long line();
    }

    record Good(long line, Interaction interaction) implements Read {}

    record Bad(long line, String what) implements Read {}

    Optional<Read> next();

    /** How many lines were passed so far, blank ones too. */
    long lines();

    @Override
    void close();

    /**
     * @param seed of word problems
     * @param spill a folder for what needs more than memory
     */
    static Rows of(Piece piece, long seed, Path spill) {
        return switch (piece.unit()) {
            case Bytes -> new JsonRows(Lines.open(piece.file(), piece.from(), piece.to()), piece.format());
            case Whole ->
                piece.format() == dev.potstill.api.Data.Format.Text
                        ? new Paragraphs(Lines.open(piece.file()))
                        : new JsonRows(Lines.open(piece.file()), piece.format());
            case Rows -> new ParquetRows(piece, spill);
            case Problems -> new ProblemRows(piece, seed);
        };
    }
}
