package dev.potstill.trainer.data;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.contract.Json;
import dev.potstill.trainer.data.Screening.Outcome;
import dev.potstill.trainer.data.clean.Fingerprint;
import dev.potstill.trainer.data.source.Interaction;
import dev.potstill.trainer.data.source.Piece;
import dev.potstill.trainer.data.source.Rows;
import dev.potstill.trainer.data.source.Rows.Bad;
import dev.potstill.trainer.data.source.Rows.Good;
import dev.potstill.trainer.data.source.Rows.Read;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/** All that is done to a piece's rows without a look at other pieces, written into a folder. */
final class PieceWork {
    /** Candidates, a {@link Question} a line. */
    static final String QUESTIONS = "questions.jsonl";

    /** Every row that could be read: its line, why it is left out or {@link #KEPT}, and a {@link Screened}. */
    static final String ROWS = "rows.tsv";

    /** Every line that could not, a {@link Quarantined} each. */
    static final String QUARANTINE = "quarantine.jsonl";

    static final String KEPT = "kept";
    static final String LINES = "lines";
    static final String MALFORMED = "rows.malformed";
    private static final int ROWS_A_LOOK = 256;

    private final DistillationRunSpec spec;
    private final Screening screening;
    private final Piece piece;
    private final LongConsumer look;
    private final Tally tally = new Tally();
    private long number;

    /** A line that could not be read: where it is, and what is wrong with it. */
    record Quarantined(int source, String file, long line, String what) {}

    /** @param look told of rows as they are done; where it throws, the piece is left unfinished */
    PieceWork(DistillationRunSpec spec, Screening screening, Piece piece, LongConsumer look) {
        this.spec = spec;
        this.screening = screening;
        this.piece = piece;
        this.look = look;
    }

    /** The files that are filled. */
    private record Files(JsonLines questions, TextLines rows, JsonLines quarantine, Prints prints)
            implements AutoCloseable {
        @Override
        public void close() {
            try (questions;
                    rows;
                    quarantine) {
                prints.close();
            }
        }
    }

    Tally work(Path folder) {
        tally.add(Collection.READ, 0);
        var before = screening.redaction().counts();
        try (Rows rows = Rows.of(piece, spec.training().seed(), folder.resolve("spill"));
                Files files = new Files(
                        JsonLines.write(folder.resolve(QUESTIONS)),
                        TextLines.write(folder.resolve(ROWS)),
                        JsonLines.write(folder.resolve(QUARANTINE)),
                        new Prints(folder, spec.data().filter().nearDuplicatePercent()))) {
            for (Optional<Read> read = rows.next(); read.isPresent(); read = rows.next()) {
                take(read.get(), files);
            }
            files.prints().save();
            tally.add(LINES, rows.lines());
        }
        look.accept(number % ROWS_A_LOOK);
        screening
                .redaction()
                .counts()
                .forEach((kind, count) -> tally.add("redacted." + kind, count - before.getOrDefault(kind, 0L)));
        return tally;
    }

    private void take(Read read, Files files) {
        switch (read) {
            case Bad(long line, String what) -> {
                tally.add(MALFORMED);
                // It may quote what was found.
                String masked = screening.redaction().apply(what);
                files.quarantine().add(new Quarantined(piece.source(), fileName(piece), line, masked));
            }
            case Good(long line, Interaction interaction) -> {
                tally.add(Collection.READ);
                row(line, screening.screen(interaction), files);
                if (++number % ROWS_A_LOOK == 0) {
                    look.accept(ROWS_A_LOOK);
                }
            }
        }
    }

    private void row(long line, Outcome outcome, Files files) {
        String id = piece.rowId(number);
        outcome.dropped().ifPresent(tally::drop);
        if (outcome.dropped().isEmpty()) {
            Question question = question(id, outcome);
            files.questions().add(question);
            boolean alike = piece.unit() != Piece.Unit.Problems;
            files.prints().add(Prints.place(piece.index(), number), question, kind(outcome), alike);
            tally.add(KEPT);
        }
        var seen = new Screened(
                id,
                outcome.language().orElse(null),
                outcome.kind().orElse(null),
                outcome.verified().orElse(null),
                outcome.rationale().orElse(null));
        files.rows().add(line + "\t" + outcome.dropped().orElse(KEPT) + "\t" + Json.compact(seen));
    }

    private static String kind(Outcome outcome) {
        return outcome.kind().map(Enum::name).orElse("Unanswered");
    }

    private Question question(String id, Outcome outcome) {
        Interaction row = outcome.interaction();
        return new Question(
                id,
                row.prompt(),
                row.answer().orElse(null),
                row.reference().orElse(null),
                Fingerprint.ofOpening(row.prompt()),
                true,
                outcome.tokens().orElse(0),
                row.verifier().orElse(null),
                outcome.language().orElse(null),
                piece.source(),
                false);
    }

    static String fileName(Piece piece) {
        return String.valueOf(piece.file().getFileName());
    }
}
