package dev.potstill.trainer.data;

/**
 * A row that is not graded yet.
 *
 * @param tokens of the whole conversation
 * @param copies how often it is trained on in an epoch
 */
record Answered(Row row, int tokens, int copies) {
    Answered(Row row, int tokens) {
        this(row, tokens, 1);
    }
}
