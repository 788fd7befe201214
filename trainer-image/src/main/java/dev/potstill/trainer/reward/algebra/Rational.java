package dev.potstill.trainer.reward.algebra;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Optional;

/** A fraction in lowest terms: 0.50, 1/2 and 2/4 are equal. */
public record Rational(BigInteger numerator, BigInteger denominator) {
    /** Results with more bits than this are left to floating point. */
    private static final int MOST_BITS = 20_000;

    public Rational {
        if (denominator.signum() == 0) {
            throw new ArithmeticException("the denominator is 0");
        }
        BigInteger common = numerator.gcd(denominator).multiply(BigInteger.valueOf(denominator.signum()));
        numerator = numerator.divide(common);
        denominator = denominator.divide(common);
    }

    public static Rational of(BigDecimal value) {
        BigDecimal plain = value.stripTrailingZeros();
        return plain.scale() <= 0
                ? new Rational(plain.toBigIntegerExact(), BigInteger.ONE)
                : new Rational(plain.unscaledValue(), BigInteger.TEN.pow(plain.scale()));
    }

    public static Rational of(long numerator, long denominator) {
        return new Rational(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
    }

    public Rational plus(Rational other) {
        return new Rational(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    public Rational times(Rational other) {
        return new Rational(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    public Rational over(Rational other) {
        return new Rational(numerator.multiply(other.denominator), denominator.multiply(other.numerator));
    }

    public Rational negated() {
        return new Rational(numerator.negate(), denominator);
    }

    public boolean isZero() {
        return numerator.signum() == 0;
    }

    public double asDouble() {
        return new BigDecimal(numerator)
                .divide(new BigDecimal(denominator), MathContext.DECIMAL64)
                .doubleValue();
    }

    private int bits() {
        return numerator.bitLength() + denominator.bitLength();
    }

    /** To a whole power, or one half of one; empty where that is no fraction, not defined, or too long. */
    Optional<Rational> power(Rational exponent) {
        if (exponent.denominator.equals(BigInteger.TWO)) {
            return root(2).flatMap(root -> root.power(new Rational(exponent.numerator, BigInteger.ONE)));
        }
        if (!exponent.denominator.equals(BigInteger.ONE)
                || exponent.numerator.bitLength() > 15
                || (long) bits() * Math.abs(exponent.numerator.intValue()) > MOST_BITS) {
            return Optional.empty();
        }
        int power = exponent.numerator.intValue();
        if (isZero() && power <= 0) {
            return Optional.empty();
        }
        Rational raised = new Rational(numerator.pow(Math.abs(power)), denominator.pow(Math.abs(power)));
        return Optional.of(power < 0 ? new Rational(raised.denominator, raised.numerator) : raised);
    }

    /** The square root, where it is a fraction; other roots are left to floating point. */
    Optional<Rational> root(int degree) {
        if (degree != 2 || numerator.signum() < 0) {
            return Optional.empty();
        }
        BigInteger top = numerator.sqrt();
        BigInteger bottom = denominator.sqrt();
        return top.multiply(top).equals(numerator) && bottom.multiply(bottom).equals(denominator)
                ? Optional.of(new Rational(top, bottom))
                : Optional.empty();
    }

    /** Whether arithmetic with it stays quick. */
    boolean isShort() {
        return bits() <= MOST_BITS;
    }
}
