package dev.potstill.trainer.data;

import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.contract.Json;
import dev.potstill.trainer.data.tables.Cursor;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;

/** Gives questions the right answers that other rows with the same prompt know. They are asked about in their order. */
final class KnownAnswers {
    private final Cursor cursor;
    private boolean more;

    /** @param cursor as {@link Duplicates#known} has it */
    KnownAnswers(Cursor cursor) {
        this.cursor = cursor;
        this.more = cursor.next();
    }

    /**
     * The question with the answer it lacks, where one is known.
     *
     * @param line a {@link Question} as it stands in its file, a character a byte
     */
    String with(long place, String line) {
        while (more && cursor.number(1) < place) {
            more = cursor.next();
        }
        if (!more || cursor.number(1) > place) {
            return line;
        }
        String text = new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        Question question = JsonLines.parse(text, Question.class);
        return bytes(Json.compact(question.carrying(cursor.text(2), verifier())));
    }

    private Optional<Verifier> verifier() {
        try {
            return Optional.ofNullable(cursor.row().getString(3)).map(Verifier::valueOf);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A text whose characters are the bytes of this one in UTF-8. */
    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
