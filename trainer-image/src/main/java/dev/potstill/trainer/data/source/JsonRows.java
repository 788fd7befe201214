package dev.potstill.trainer.data.source;

import dev.potstill.api.Data.Format;
import dev.potstill.trainer.data.source.Lines.Damaged;
import dev.potstill.trainer.data.source.Lines.Found;
import dev.potstill.trainer.data.source.Lines.Line;
import java.util.Optional;

/** A JSON object a line. */
record JsonRows(Lines in, Format format) implements Rows {

    @Override
    public Optional<Read> next() {
        return in.read().map(this::read);
    }

    private Read read(Found found) {
        return switch (found) {
            case Damaged(long number, String what) -> new Bad(number, what);
            case Line line -> read(line.number(), line.text(), format);
        };
    }

    static Read read(long number, String json, Format format) {
        try {
            return new Good(number, Interaction.of(json, format));
        } catch (Malformed e) {
            return new Bad(number, e.what());
        }
    }

    @Override
    public long lines() {
        return in.count();
    }

    @Override
    public void close() {
        in.close();
    }
}
