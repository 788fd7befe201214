package dev.potstill.trainer.data.source;

import java.nio.file.Path;
import java.util.Optional;

/** A part's rows, in their order. */
public interface Rows extends AutoCloseable {

    /** A row as it was found: an interaction, or what is wrong with it. */
    sealed interface Read {
        /** From 1, in the part or in the file as {@link Part#isNumberedByItself} says. */
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
    static Rows of(Part part, long seed, Path spill) {
        return switch (part.unit()) {
            case Bytes -> new JsonRows(Lines.open(part.file(), part.from(), part.to()), part.format());
            case Whole ->
                part.format() == dev.potstill.api.Data.Format.Text
                        ? new Paragraphs(Lines.open(part.file()))
                        : new JsonRows(Lines.open(part.file()), part.format());
            case Rows -> new ParquetRows(part, spill);
            case Problems -> new ProblemRows(part, seed);
        };
    }
}
