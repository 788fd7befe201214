package dev.potstill.trainer.data.source;

import dev.potstill.trainer.data.source.Lines.Damaged;
import dev.potstill.trainer.data.source.Lines.Found;
import dev.potstill.trainer.data.source.Lines.Line;
import java.util.List;
import java.util.Optional;

/** Plain text: what stands between blank lines is a prompt, for the teacher to answer. */
final class Paragraphs implements Rows {
    private final Lines in;

    Paragraphs(Lines in) {
        this.in = in;
    }

    @Override
    public Optional<Read> next() {
        Optional<Found> first = in.read();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        var paragraph = new Paragraph(first.get());
        for (Optional<Found> found = in.readAny(); found.isPresent() && !isBlank(found.get()); found = in.readAny()) {
            paragraph.add(found.get());
        }
        return Optional.of(paragraph.read());
    }

    private static boolean isBlank(Found found) {
        return found instanceof Line line && line.text().isBlank();
    }

    private static final class Paragraph {
        private final long start;
        private final StringBuilder text = new StringBuilder();
        private Optional<String> wrong = Optional.empty();

        Paragraph(Found first) {
            start = first.number();
            add(first);
        }

        void add(Found found) {
            switch (found) {
                case Damaged damaged -> wrong = wrong.or(() -> Optional.of(damaged.what()));
                case Line line
                when text.length() + line.text().length() > Lines.MAX_BYTES ->
                    wrong = Optional.of(
                            "found a paragraph of more than %,d characters, expected blank lines between prompts"
                                    .formatted(Lines.MAX_BYTES));
                case Line line ->
                    text.append(text.isEmpty() ? "" : "\n").append(line.text().stripTrailing());
            }
        }

        Read read() {
            return wrong.<Read>map(what -> new Bad(start, what))
                    .orElseGet(() -> new Good(
                            start,
                            Prompts.unanswered(
                                    List.of(Fields.user(text.toString())), Optional.empty(), Optional.empty())));
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
