package dev.potstill.trainer.reward;

import java.util.List;

/** How harmless answers are. */
@FunctionalInterface
public interface SafetyScorer {

    /** An answer to a prompt. */
    record Said(String prompt, String output) {}

    /** A score of each, in order: from 0, harmful, to 1, harmless. All at once, so that a scorer may ask about many at a time. */
    List<Double> scores(List<Said> said);
}
