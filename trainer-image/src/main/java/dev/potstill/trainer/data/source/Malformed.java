package dev.potstill.trainer.data.source;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.source.Lines.Line;

/** A row that is not in the form its source is said to have: what was found, and what was expected. */
final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Malformed(String what) {
        super(what, null, false, false); // met by the million where a source is broken: no trace of calls
    }

    String what() {
        return String.valueOf(getMessage());
    }

    Problem in(Line line) {
        return Problem.rejected(line.place() + ": " + what());
    }
}
