package dev.potstill.trainer.evaluation;

/** What a model answered to a question: a line of a suite's samples. */
record Answer(int question, String prompt, String output, String expected, boolean right) {}
