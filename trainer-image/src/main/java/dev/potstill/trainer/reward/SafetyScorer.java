package dev.potstill.trainer.reward;

/** How harmless an answer is: from 0, harmful, to 1, harmless. */
@FunctionalInterface
public interface SafetyScorer {
    double score(String prompt, String output);
}
