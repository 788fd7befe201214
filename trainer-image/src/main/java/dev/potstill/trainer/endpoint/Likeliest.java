package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The k likeliest tokens at one place, the likeliest first.
 *
 * @param ids [k]
 * @param logProbabilities natural logarithms, at temperature 1 [k]
 * @param own of the token that really stands there
 */
@SuppressWarnings("ArrayRecordComponent") // read by arithmetic
record Likeliest(int[] ids, double[] logProbabilities, double own) {
    /** Servers write this, or nothing, for minus infinity. */
    private static final double LEAST = -9999;

    /** What rounding may add to probabilities in single or half precision. */
    private static final double ROUNDING = 0.01;

    /** What the rounding of printed single precision may leave over where nothing is. */
    private static final double NOTHING = 1e-6;

    private static final double LEAST_TAIL = 1e-12;

    /** One token as a server lists it. */
    record Token(int id, double logProbability) {}

    /**
     * Of the tokens that a server lists.
     *
     * @param listed in any order, more than k where the real token is not among the k likeliest
     * @param own of the real token; left out, it is among those listed, or as likely as the least likely of them at most
     */
    static Likeliest of(List<Token> listed, int k, int real, OptionalDouble own) throws NotOffered {
        List<Token> sorted = new ArrayList<>(listed);
        sorted.sort(Comparator.comparingDouble((Token token) -> -token.logProbability())
                .thenComparingInt(Token::id));
        if (sorted.stream().mapToInt(Token::id).distinct().count() < sorted.size()) {
            throw new NotOffered("lists a token twice at one place");
        }
        if (sorted.size() < k) {
            throw new NotOffered("lists %d tokens at a place, not the %d asked for".formatted(sorted.size(), k));
        }
        List<Token> top = sorted.subList(0, k);
        Likeliest likeliest = new Likeliest(
                top.stream().mapToInt(Token::id).toArray(),
                top.stream().mapToDouble(Token::logProbability).toArray(),
                own.orElseGet(() -> sorted.stream()
                        .filter(token -> token.id() == real)
                        .findFirst()
                        .map(Token::logProbability)
                        .orElseGet(() -> least(sorted))));
        if (likeliest.tail() < -ROUNDING || top.getFirst().logProbability() > ROUNDING) {
            throw new NotOffered("lists probabilities that add up to %.3f".formatted(1 - likeliest.tail()));
        }
        return likeliest;
    }

    /** A token that is not listed: what is left over at most, and no more than the least likely that is. */
    private static double least(List<Token> sorted) {
        double left = 1
                - sorted.stream()
                        .mapToDouble(token -> Math.exp(token.logProbability()))
                        .sum();
        return Math.max(
                LEAST, Math.min(Math.log(Math.max(left, 0)), sorted.getLast().logProbability()));
    }

    static double logProbability(JsonNode number) throws NotOffered {
        double value = number.isNumber() ? number.doubleValue() : LEAST;
        if (Double.isNaN(value)) {
            throw new NotOffered("gives NaN as a log probability");
        }
        return Double.isFinite(value) ? Math.max(value, LEAST) : LEAST;
    }

    /** The probability of all tokens that are not listed; where nothing is, rounding may make it less than 0. */
    private double tail() {
        double listed = 0;
        for (double value : logProbabilities) {
            listed += Math.exp(value);
        }
        return 1 - listed;
    }

    /** The logarithm of the probability of all tokens that are not listed; finite where there are none. */
    double logTail() {
        double tail = tail();
        return Math.log(tail < NOTHING ? LEAST_TAIL : tail);
    }

    /**
     * The logarithm of Σ p^(1/τ) over the listed tokens and the tail as one token. With x = log p / τ, x less this is the logarithm of
     * the distribution at the temperature. At τ = 1 it is exact; else it takes the tail for one token, as its parts are not
     * known: Σ p^(1/τ) over them is more than this counts for τ > 1, and less for τ < 1.
     */
    double logSum(double temperature) {
        double tail = tail();
        double sum = tail < NOTHING ? 0 : Math.pow(tail, 1 / temperature);
        for (double value : logProbabilities) {
            sum += Math.exp(value / temperature);
        }
        return Math.log(sum);
    }
}
