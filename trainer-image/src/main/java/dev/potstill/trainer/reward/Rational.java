package dev.potstill.trainer.reward;

import java.math.BigDecimal;
import java.math.BigInteger;

/** A fraction in lowest terms: 0.50, 1/2 and 2/4 are equal. */
public record Rational(BigInteger numerator, BigInteger denominator) {

    public Rational {
        if (denominator.signum() == 0) {
            throw new ArithmeticException("the denominator is 0");
        }
        BigInteger common = numerator.gcd(denominator).multiply(BigInteger.valueOf(denominator.signum()));
        numerator = numerator.divide(common);
        denominator = denominator.divide(common);
    }

    static Rational of(BigDecimal value) {
        BigDecimal plain = value.stripTrailingZeros();
        return plain.scale() <= 0
                ? new Rational(plain.toBigIntegerExact(), BigInteger.ONE)
                : new Rational(plain.unscaledValue(), BigInteger.TEN.pow(plain.scale()));
    }

    Rational plus(Rational other) {
        return new Rational(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    Rational over(Rational other) {
        return new Rational(numerator.multiply(other.denominator), denominator.multiply(other.numerator));
    }

    Rational negated() {
        return new Rational(numerator.negate(), denominator);
    }

    boolean isZero() {
        return numerator.signum() == 0;
    }
}
