package dev.potstill.trainer.data;

/**
 * A row that is not graded yet.
 *
 * @param tokens of the whole conversation
 */
record Answered(Row row, int tokens) {}
