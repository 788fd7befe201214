package dev.potstill.trainer.reward;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How much the answers to one prompt differ, from 0 to 1. With c(g) the number of times that an n-gram g of words occurs in all answers
 * together, an answer y is worth
 *
 * <pre>diversity(y) = mean over n = 1, 2, 3 of  (1 / |y|ₙ) Σ 1 / c(g) over the |y|ₙ n-grams g of y</pre>
 *
 * <p>where n-grams that y is too short for are left out of the mean, and an empty answer is worth 0. Averaged over the answers by
 * their number of n-grams, each term is distinct-n (Li et al., 2016): distinct n-grams over all n-grams.
 */
final class Diversity {
    private static final int LONGEST = 3;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+|[^\\s\\p{L}\\p{N}]");

    private Diversity() {}

    /** The diversity of each answer to the same prompt. */
    static double[] of(List<String> answers) {
        List<List<String>> words = answers.stream().map(Diversity::words).toList();
        double[] sums = new double[answers.size()];
        int[] terms = new int[answers.size()];
        for (int n = 1; n <= LONGEST; n++) {
            int length = n;
            List<List<List<String>>> grams =
                    words.stream().map(answer -> grams(answer, length)).toList();
            Map<List<String>, Integer> counts = new HashMap<>();
            grams.forEach(answer -> answer.forEach(gram -> counts.merge(gram, 1, Integer::sum)));
            for (int i = 0; i < sums.length; i++) {
                List<List<String>> own = grams.get(i);
                if (!own.isEmpty()) {
                    sums[i] += own.stream()
                            .mapToDouble(gram -> 1.0 / counts.getOrDefault(gram, 1))
                            .average()
                            .orElse(0);
                    terms[i]++;
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= Math.max(1, terms[i]);
        }
        return sums;
    }

    /** Words, numbers, and every other mark on its own. */
    private static List<String> words(String answer) {
        return WORD.matcher(answer).results().map(MatchResult::group).toList();
    }

    private static List<List<String>> grams(List<String> words, int n) {
        List<List<String>> grams = new ArrayList<>();
        for (int from = 0; from + n <= words.size(); from++) {
            grams.add(words.subList(from, from + n));
        }
        return grams;
    }
}
