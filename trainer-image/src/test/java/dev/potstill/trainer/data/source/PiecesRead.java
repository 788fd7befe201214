package dev.potstill.trainer.data.source;

import dev.potstill.api.Data.Format;
import dev.potstill.api.Data.Source;
import dev.potstill.trainer.data.source.Rows.Bad;
import dev.potstill.trainer.data.source.Rows.Good;
import dev.potstill.trainer.data.source.Rows.Read;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is read of pieces, one after the other; what is spilled lies below the folder. */
record PiecesRead(Path folder) {
    /** A row, and its line in the file. */
    record Seen(long line, String what) {}

    static Source source(Path path, Format format) {
        return new Source(path.toUri().toString(), format, null);
    }

    List<Seen> seen(List<Piece> pieces) {
        List<Seen> seen = new ArrayList<>();
        long before = 0;
        for (Piece piece : pieces) {
            try (Rows rows = Rows.of(piece, 1, folder.resolve("spill"))) {
                for (Optional<Read> row = rows.next(); row.isPresent(); row = rows.next()) {
                    seen.add(new Seen(before + row.get().line(), what(row.get())));
                }
                before += piece.isNumberedByItself() ? rows.lines() : 0;
            }
        }
        return seen;
    }

    private static String what(Read read) {
        return switch (read) {
            case Good good -> good.interaction().prompt().getLast().content();
            case Bad bad -> "bad: " + bad.what();
        };
    }

    List<Interaction> interactions(Source source) {
        List<Interaction> all = new ArrayList<>();
        for (Piece piece : Pieces.of(List.of(source), 0)) {
            try (Rows rows = Rows.of(piece, 1, folder.resolve("spill"))) {
                for (Optional<Read> row = rows.next(); row.isPresent(); row = rows.next()) {
                    all.add(((Good) row.get()).interaction());
                }
            }
        }
        return all;
    }
}
