package dev.potstill.trainer.evaluation;

import java.util.function.Predicate;

/**
 * A question and how an answer to it is graded.
 *
 * @param prompt what the model is asked
 * @param expected the right answer, for people
 * @param right whether a model's output answers the question
 */
record Question(String prompt, String expected, Predicate<String> right) {}
