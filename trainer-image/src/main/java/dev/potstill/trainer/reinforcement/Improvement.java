package dev.potstill.trainer.reinforcement;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The steps of an update, over and over the same answers.
 *
 * @param epochs passes over them
 * @param steps optimiser steps of a pass
 * @param rows answers of one forward pass at most
 */
public record Improvement(Algorithm algorithm, int epochs, int steps, int rows) {

    /** Steps on the answers, and tells the mean over all steps of each term. */
    public Map<String, Double> on(Experience experience, Learners learners, double learningRate, long update) {
        Map<String, Double> sums = new LinkedHashMap<>();
        int taken = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (int step = 0; step < steps; step++) {
                Experience share = experience.share(step, steps);
                if (share.answers().isEmpty()) {
                    continue; // fewer answers than steps
                }
                for (Experience part : share.parts(rows)) {
                    algorithm.accumulate(part, share).forEach((name, value) -> sums.merge(name, value, Double::sum));
                }
                sums.merge("gradientNorm", learners.step(learningRate, update), Double::sum);
                taken++;
            }
        }
        int count = taken;
        sums.replaceAll((name, sum) -> sum / count);
        return sums;
    }
}
