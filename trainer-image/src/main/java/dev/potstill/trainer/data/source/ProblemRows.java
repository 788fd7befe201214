package dev.potstill.trainer.data.source;

import dev.potstill.trainer.builtin.WordProblems;
import java.util.List;
import java.util.Optional;

/** The built-in word problems. */
final class ProblemRows implements Rows {
    private final WordProblems problems;
    private final long end;
    private long number;

    ProblemRows(Piece piece, long seed) {
        this.problems = new WordProblems(seed);
        this.number = piece.from();
        this.end = piece.to();
    }

    @Override
    public Optional<Read> next() {
        if (number == end) {
            return Optional.empty();
        }
        var problem = problems.train(number++);
        return Optional.of(new Good(
                number,
                Prompts.unanswered(
                        List.of(Fields.user(problem.prompt())),
                        Optional.of(Long.toString(problem.answer())),
                        Optional.empty())));
    }

    @Override
    public long lines() {
        return 0;
    }

    @Override
    public void close() {}
}
