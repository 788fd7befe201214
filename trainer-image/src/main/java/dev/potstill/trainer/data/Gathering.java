package dev.potstill.trainer.data;

import dev.potstill.api.Data;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.PieceWork.Quarantined;
import dev.potstill.trainer.data.source.Piece;
import dev.potstill.trainer.data.tables.Cursor;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Puts finished pieces together, in their order: what stays of them, what became of each row, and what could not be read. */
final class Gathering {
    static final String AGAIN = "again";
    private static final String FIRST = "\"first\":true}";
    private static final String NOT_FIRST = "\"first\":false}";
    private static final String BEYOND = "beyondMaxInteractions";
    private static final int PLACES_NAMED = 5;

    private final Data data;
    private final List<Piece> pieces;
    private final List<Phase> done;
    private final Tally tally = new Tally();
    private final long[] linesBefore;

    /** @param done each of {@code pieces}, finished */
    Gathering(Data data, List<Piece> pieces, List<Phase> done) {
        this.data = data;
        this.pieces = List.copyOf(pieces);
        this.done = List.copyOf(done);
        this.linesBefore = linesBefore();
    }

    /** Lines of a file before each of its pieces. */
    private long[] linesBefore() {
        var before = new long[pieces.size()];
        Map<Path, Long> lines = new HashMap<>();
        for (int i = 0; i < before.length; i++) {
            if (pieces.get(i).isNumberedByItself()) {
                before[i] = lines.getOrDefault(pieces.get(i).file(), 0L);
                lines.merge(pieces.get(i).file(), done.get(i).tally().get(PieceWork.LINES), Long::sum);
            }
        }
        return before;
    }

    /** @param last the place of the last row that is kept */
    Tally gather(Path folder, Duplicates duplicates, long last) {
        done.forEach(phase -> tally.addAll(phase.tally()));
        quarantine(folder.resolve(DataFiles.QUARANTINE));
        try (Cursor cursor = duplicates.verdicts();
                Cursor answers = duplicates.known(last);
                TextLines questions = TextLines.writeBytes(folder.resolve(Collection.QUESTIONS));
                TextLines rows = TextLines.writeBytes(folder.resolve(DataFiles.FILTERED))) {
            var verdicts = new Verdicts(cursor, last);
            var known = new KnownAnswers(answers);
            for (int i = 0; i < pieces.size(); i++) {
                new PartCopy(i, verdicts, known, questions, rows).copy();
            }
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
        tally.remove(PieceWork.LINES);
        tally.remove(PieceWork.KEPT);
        return tally;
    }

    private void quarantine(Path file) {
        List<String> first = new ArrayList<>();
        try (JsonLines out = JsonLines.write(file)) {
            for (int i = 0; i < pieces.size(); i++) {
                long before = linesBefore[i];
                Path source = pieces.get(i).file();
                try (Stream<Quarantined> found =
                        JsonLines.read(done.get(i).file(PieceWork.QUARANTINE), Quarantined.class)) {
                    found.forEach(one -> {
                        long line = before + one.line();
                        out.add(new Quarantined(one.source(), one.file(), line, one.what()));
                        if (first.size() < PLACES_NAMED) {
                            first.add(source + ":" + line + ": " + one.what());
                        }
                    });
                }
            }
        }
        requireFew(first);
    }

    /** The share is of all lines that are not blank, rounded down to whole lines. */
    private void requireFew(List<String> first) {
        long malformed = tally.get(PieceWork.MALFORMED);
        long all = malformed + tally.get(Collection.READ);
        int percent = data.filter().maxMalformedPercent();
        if (malformed > all * percent / 100) {
            throw tooMany(malformed, all, percent, first);
        }
    }

    static Problem tooMany(long malformed, long all, int percent, List<String> first) {
        return Problem.rejected(
                "%s%s\nspec.data.filter.maxMalformedPercent: found %d malformed of %d lines, expected at most %d (%d %%); mend the source or raise it"
                        .formatted(
                                String.join("\n", first),
                                malformed > first.size() ? "\n… and %d more".formatted(malformed - first.size()) : "",
                                malformed,
                                all,
                                all * percent / 100,
                                percent));
    }

    /** What becomes of rows, asked in their order. */
    private static final class Verdicts {
        private final Cursor cursor;
        private final long last;
        private boolean more;

        Verdicts(Cursor cursor, long last) {
            this.cursor = cursor;
            this.last = last;
            this.more = cursor.next();
        }

        /** Kept, {@link #AGAIN}, or why it is left out. */
        String of(long place) {
            while (more && cursor.number(1) < place) {
                more = cursor.next();
            }
            if (place > last) {
                return BEYOND;
            }
            return more && cursor.number(1) == place ? cursor.text(2) : PieceWork.KEPT;
        }

        long first() {
            return cursor.number(3);
        }
    }

    private final class PartCopy {
        private final int index;
        private final Piece piece;
        private final Verdicts verdicts;
        private final KnownAnswers known;
        private final TextLines questions;
        private final TextLines rows;

        PartCopy(int index, Verdicts verdicts, KnownAnswers known, TextLines questions, TextLines rows) {
            this.index = index;
            this.piece = pieces.get(index);
            this.verdicts = verdicts;
            this.known = known;
            this.questions = questions;
            this.rows = rows;
        }

        void copy() throws IOException {
            try (BufferedReader candidates = TextLines.readBytes(done.get(index).file(PieceWork.QUESTIONS));
                    BufferedReader seen = TextLines.readBytes(done.get(index).file(PieceWork.ROWS))) {
                long row = 0;
                for (String line = seen.readLine(); line != null; line = seen.readLine(), row++) {
                    int reason = line.indexOf('\t') + 1;
                    int rest = line.indexOf('\t', reason) + 1;
                    String told = line.substring(reason, rest - 1);
                    String verdict = told.equals(PieceWork.KEPT)
                            ? candidate(candidates.readLine(), Prints.place(piece.index(), row))
                            : told;
                    row(Long.parseLong(line, 0, reason - 1, 10), verdict, line.substring(rest));
                }
            }
        }

        private String candidate(String question, long place) {
            String verdict = verdicts.of(place);
            switch (verdict) {
                case PieceWork.KEPT -> questions.add(known.with(place, question));
                case AGAIN -> {
                    String whole = known.with(place, question);
                    questions.add(whole.substring(0, whole.length() - FIRST.length()) + NOT_FIRST);
                }
                default -> tally.drop(verdict);
            }
            return verdict;
        }

        private void row(long line, String verdict, String seen) {
            boolean kept = verdict.equals(AGAIN) || verdict.equals(PieceWork.KEPT);
            boolean repeats = verdict.equals(Duplicates.SAME) || verdict.equals(Duplicates.NEAR);
            String of = repeats ? ",\"of\":\"" + id(verdicts.first()) + "\"" : "";
            rows.add("{\"source\":" + piece.source() + ",\"file\":" + name() + ",\"line\":"
                    + (linesBefore[index] + line) + ",\"became\":\"" + (kept ? PieceWork.KEPT : verdict) + "\"" + of
                    + "," + seen.substring(1));
        }

        private String name() {
            return KnownAnswers.bytes(Json.compact(PieceWork.fileName(piece)));
        }

        private String id(long place) {
            return pieces.get(Prints.piece(place)).rowId(Prints.row(place));
        }
    }
}
