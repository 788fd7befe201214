package dev.potstill.trainer.data.source;

import dev.potstill.api.Data.Format;
import dev.potstill.api.Data.Source;
import dev.potstill.contract.DataForm;
import dev.potstill.contract.Problem;
import dev.potstill.contract.SourceDigests;
import dev.potstill.trainer.data.source.Piece.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Cuts sources into pieces: by their files and sizes alone, so that it is the same for any number of workers. */
public final class Pieces {
    /** Of text: some ten thousand interactions, which is what a kill may cost. */
    static final long PIECE_BYTES = 1 << 24;

    static final long PIECE_ROWS = 1 << 14;

    private static final String WORD_PROBLEMS = "builtin://word-problems";

    private final int problems;
    private final long bytes;
    private final List<Piece> pieces = new ArrayList<>();

    private Pieces(int problems, long bytes) {
        this.problems = problems;
        this.bytes = bytes;
    }

    /** @param problems how many of the built-in word problems there are, of which there is no end */
    public static List<Piece> of(List<Source> sources, int problems) {
        return of(sources, problems, PIECE_BYTES);
    }

    static List<Piece> of(List<Source> sources, int problems, long bytes) {
        var all = new Pieces(problems, bytes);
        for (int i = 0; i < sources.size(); i++) {
            all.cut(i, sources.get(i));
        }
        return List.copyOf(all.pieces);
    }

    private void cut(int index, Source source) {
        if (source.uri().startsWith("builtin://")) {
            requireWordProblems(index, source.uri());
            cut(index, Path.of("word-problems"), Unit.Problems, problems, source.format());
            return;
        }
        for (Path file : files(index, source)) {
            cut(index, file, source.format());
        }
    }

    private void cut(int source, Path file, Format format) {
        try {
            if (format == Format.Parquet) {
                cut(source, file, Unit.Rows, ParquetRows.count(file), format);
            } else if (format == Format.Text || Packing.of(file) != Packing.PLAIN) {
                add(source, file, Unit.Whole, 0, Files.size(file), format);
            } else {
                cut(source, file, Unit.Bytes, Files.size(file), format);
            }
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    private void cut(int source, Path file, Unit unit, long size, Format format) {
        long step = unit == Unit.Bytes ? bytes : PIECE_ROWS;
        for (long from = 0; from < size; from += step) {
            add(source, file, unit, from, Math.min(size, from + step), format);
        }
    }

    private void add(int source, Path file, Unit unit, long from, long to, Format format) {
        pieces.add(new Piece(pieces.size(), source, file, unit, from, to, format));
    }

    private static void requireWordProblems(int index, String uri) {
        if (!uri.equals(WORD_PROBLEMS)) {
            throw Problem.rejected(
                    "spec.data.sources[%d].uri: found %s, expected %s or a file".formatted(index, uri, WORD_PROBLEMS));
        }
    }

    /** A folder's files of the source's form, in the order of their names. */
    private static List<Path> files(int index, Source source) {
        Path path = SourceDigests.path(source.uri());
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        DataForm form = DataForm.of(source.format());
        try {
            List<Path> files = form.in(path);
            if (files.isEmpty()) {
                throw Problem.rejected(
                        "spec.data.sources[%d].uri: found no file of format %s right in the folder %s; expected %s. Correct the path or the format"
                                .formatted(index, source.format(), path, form.words()));
            }
            return files;
        } catch (IOException e) {
            throw Problem.storage(path, e);
        }
    }
}
