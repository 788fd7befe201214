package dev.potstill.trainer.reward.algebra;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;

/** A term of numbers, names and operations. */
sealed interface Expression {
    record Number(Rational value) implements Expression {}

    /** A number that is no fraction: π, e, ∞. */
    record Constant(double value) implements Expression {}

    record Variable(String name) implements Expression {}

    record Sum(Expression left, Expression right) implements Expression {}

    record Product(Expression left, Expression right) implements Expression {}

    record Quotient(Expression top, Expression bottom) implements Expression {}

    record Power(Expression base, Expression exponent) implements Expression {}

    record Root(int degree, Expression of) implements Expression {}

    /** A function of one argument. */
    record Call(Function function, Expression argument) implements Expression {}

    Expression MINUS_ONE = new Number(Rational.of(-1, 1));

    /** The names in it. */
    default Set<String> variables() {
        Set<String> names = new TreeSet<>();
        collect(names);
        return names;
    }

    private void collect(Set<String> names) {
        switch (this) {
            case Number number -> {}
            case Constant constant -> {}
            case Variable(var name) -> names.add(name);
            case Sum(var left, var right) -> both(left, right, names);
            case Product(var left, var right) -> both(left, right, names);
            case Quotient(var top, var bottom) -> both(top, bottom, names);
            case Power(var base, var exponent) -> both(base, exponent, names);
            case Root root -> root.of().collect(names);
            case Call call -> call.argument().collect(names);
        }
    }

    private static void both(Expression left, Expression right, Set<String> names) {
        left.collect(names);
        right.collect(names);
    }

    /** Its value as a fraction; empty where it is none, or a division by 0. */
    default Optional<Rational> exact(Map<String, Rational> at) {
        return switch (this) {
            case Number(var value) -> Optional.of(value);
            case Constant constant -> Optional.empty();
            case Variable(var name) -> Optional.ofNullable(at.get(name));
            case Sum(var left, var right) -> exact(left, right, at, Rational::plus);
            case Product(var left, var right) -> exact(left, right, at, Rational::times);
            case Quotient(var top, var bottom) ->
                bottom.exact(at)
                        .filter(value -> !value.isZero())
                        .flatMap(value -> exact(top, new Number(value), at, Rational::over));
            case Power(var base, var exponent) ->
                base.exact(at).flatMap(value -> exponent.exact(at).flatMap(value::power));
            case Root(var degree, var of) -> of.exact(at).flatMap(value -> value.root(degree));
            case Call(var function, var argument) -> argument.exact(at).flatMap(function::exact);
        };
    }

    private static Optional<Rational> exact(
            Expression left, Expression right, Map<String, Rational> at, BinaryOperator<Rational> how) {
        return left.exact(at)
                .flatMap(one -> right.exact(at).map(other -> how.apply(one, other)))
                .filter(Rational::isShort);
    }

    /** Its value in floating point; NaN where it has none among the real numbers, or one beyond floating point. */
    default double near(Map<String, Rational> at) {
        return switch (this) {
            case Number(var value) -> inRange(value.asDouble(), true, !value.isZero());
            case Constant(var value) -> value;
            case Variable(var name) ->
                Optional.ofNullable(at.get(name)).map(Rational::asDouble).orElse(Double.NaN);
            case Sum(var left, var right) -> sum(left.near(at), right.near(at));
            case Product(var left, var right) -> product(left.near(at), right.near(at));
            case Quotient(var top, var bottom) -> quotient(top.near(at), bottom.near(at));
            case Power(var base, var exponent) -> power(base.near(at), exponent.near(at));
            case Root(var degree, var of) -> root(degree, of.near(at));
            case Call(var function, var argument) -> call(function, argument.near(at));
        };
    }

    private static double sum(double left, double right) {
        return inRange(left + right, Double.isFinite(left) && Double.isFinite(right), false);
    }

    private static double product(double left, double right) {
        return inRange(left * right, Double.isFinite(left) && Double.isFinite(right), left != 0 && right != 0);
    }

    private static double quotient(double top, double bottom) {
        return bottom == 0
                ? Double.NaN
                : inRange(top / bottom, Double.isFinite(top), top != 0 && Double.isFinite(bottom));
    }

    private static double power(double base, double exponent) {
        boolean finite = Double.isFinite(base) && Double.isFinite(exponent);
        return inRange(Math.pow(base, exponent), finite, finite && base != 0);
    }

    private static double call(Function function, double argument) {
        boolean finite = Double.isFinite(argument);
        return inRange(function.near(argument), finite, finite && function == Function.EXP);
    }

    /**
     * The value, or NaN where floating point has lost it: only what is infinite itself makes infinity, and only 0 makes 0.
     *
     * @param finite whether it must be
     * @param other whether it must be other than 0
     */
    private static double inRange(double value, boolean finite, boolean other) {
        return finite && Double.isInfinite(value) || other && Math.abs(value) < Double.MIN_NORMAL ? Double.NaN : value;
    }

    private static double root(int degree, double value) {
        if (degree == 2) {
            return Math.sqrt(value);
        }
        return degree % 2 != 0 && value < 0 ? -Math.pow(-value, 1.0 / degree) : Math.pow(value, 1.0 / degree);
    }
}
