package dev.potstill.trainer.reward;

import java.util.List;

/** How harmless an answer is: from 0, harmful, to 1, harmless. */
@FunctionalInterface
public interface SafetyScorer {
    double score(String prompt, String output);

    /** Of several answers to one prompt, in their order. */
    default double[] scores(String prompt, List<String> outputs) {
        return outputs.stream().mapToDouble(output -> score(prompt, output)).toArray();
    }

    /** The lists of phrases that ship with the trainer. */
    static SafetyScorer lists() {
        return LexiconSafety.builtIn();
    }
}
