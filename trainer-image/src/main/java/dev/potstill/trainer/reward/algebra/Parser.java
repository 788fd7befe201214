package dev.potstill.trainer.reward.algebra;

import dev.potstill.trainer.reward.algebra.Expression.Call;
import dev.potstill.trainer.reward.algebra.Expression.Constant;
import dev.potstill.trainer.reward.algebra.Expression.Number;
import dev.potstill.trainer.reward.algebra.Expression.Power;
import dev.potstill.trainer.reward.algebra.Expression.Product;
import dev.potstill.trainer.reward.algebra.Expression.Quotient;
import dev.potstill.trainer.reward.algebra.Expression.Root;
import dev.potstill.trainer.reward.algebra.Expression.Sum;
import dev.potstill.trainer.reward.algebra.Expression.Variable;
import java.util.List;
import java.util.Optional;

/**
 * Reads an expression, in LaTeX or as typed: {@code 2\sqrt{3}x^2/5}. By descent, from what binds least to what binds most:
 *
 * <pre>
 * sum     = product {("+" | "-") product}
 * product = factor {["*" | "/"] factor}            side by side is a product
 * factor  = {"-" | "+"} power
 * power   = atom ["^" ["-"] argument]
 * atom    = number | name | function argument | \frac argument argument | \sqrt [degree] argument | (sum) | |sum|
 * </pre>
 */
final class Parser {
    private static final int DEEPEST = 60;

    private final Cursor text;
    private int depth;

    private Parser(Cursor text) {
        this.text = text;
    }

    /** No expression that this reads. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The expression that all of this text is. */
    static Optional<Expression> parse(String text) {
        try {
            Cursor cursor = new Cursor(text);
            Expression whole = new Parser(cursor).sum();
            return cursor.atEnd() ? Optional.of(whole) : Optional.empty();
        } catch (Unreadable | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private Expression sum() {
        if (++depth > DEEPEST) {
            throw new Unreadable();
        }
        Expression sum = product();
        while (true) {
            if (text.accept("+")) {
                sum = new Sum(sum, product());
            } else if (text.accept("-")) {
                sum = new Sum(sum, negated(product()));
            } else {
                depth--;
                return sum;
            }
        }
    }

    private static Expression negated(Expression value) {
        return new Product(Expression.MINUS_ONE, value);
    }

    private Expression product() {
        Expression product = factor();
        while (true) {
            if (text.accept("*")) {
                product = new Product(product, factor());
            } else if (text.accept("/")) {
                product = new Quotient(product, factor());
            } else if (startsAtom()) {
                product = new Product(product, power());
            } else {
                return product;
            }
        }
    }

    /** Whether what follows can stand beside a factor: a number cannot, 2 3 is a slip. */
    private boolean startsAtom() {
        char next = text.next();
        return Character.isLetter(next) || next == '(' || next == '{' || next == '\\' && !text.sees("\\}");
    }

    private Expression factor() {
        boolean negative = false;
        while (text.next() == '-' || text.next() == '+') {
            negative ^= text.accept("-") || !text.accept("+");
        }
        return negative ? negated(power()) : power();
    }

    private Expression power() {
        Expression base = atom();
        return text.accept("^") ? new Power(base, exponent()) : base;
    }

    private Expression exponent() {
        return text.accept("-") ? negated(power()) : power();
    }

    /** What a command takes: one digit, or else an atom: \frac12 is a half. */
    private Expression argument() {
        return text.digit().<Expression>map(Number::new).orElseGet(this::atom);
    }

    private Expression atom() {
        for (String brackets : List.of("()", "{}", "[]")) {
            if (text.accept(brackets.substring(0, 1))) {
                return closed(brackets.substring(1));
            }
        }
        if (text.accept("|")) {
            return new Call(Function.ABS, closed("|"));
        }
        return text.mixed()
                .<Expression>map(Number::new)
                .or(this::number)
                .or(() -> text.command().map(this::command))
                .orElseGet(this::named);
    }

    private Expression closed(String by) {
        Expression inner = sum();
        if (!text.accept(by)) {
            throw new Unreadable();
        }
        return inner;
    }

    private Optional<Expression> number() {
        Optional<Expression> number = text.number().map(Number::new);
        number.ifPresent(_ -> text.subscript()); // the base it is written in
        return number;
    }

    private Expression command(String name) {
        return switch (name) {
            case "frac" -> new Quotient(argument(), argument());
            case "sqrt" -> root();
            case "pi", "infty" -> constant(name);
            default ->
                Function.at(name, 0)
                        .filter(found -> found.written().equals(name))
                        .map(this::call)
                        .orElseGet(() -> new Variable(name + text.subscript()));
        };
    }

    private Expression root() {
        int degree = 2;
        if (text.accept("[")) {
            degree = closed("]") instanceof Number(var given)
                            && given.numerator().bitLength() < 8
                    ? given.numerator().intValue()
                    : 0;
        }
        if (degree < 2) {
            throw new Unreadable();
        }
        return new Root(degree, argument());
    }

    /** A function's argument is a group, or all that is multiplied with nothing between: sin 2x. */
    private Expression call(Function function) {
        Optional<Expression> base = text.accept("_") ? Optional.of(argument()) : Optional.empty();
        Optional<Expression> power = text.accept("^") ? Optional.of(exponent()) : Optional.empty();
        boolean group = text.next() == '(' || text.next() == '{';
        Expression argument = group ? atom() : factor();
        while (!group && startsAtom() && !text.seesFunction() && text.next() != '(') {
            argument = new Product(argument, power());
        }
        Expression value = new Call(function, argument);
        if (base.isPresent()) {
            value = new Quotient(new Call(Function.LN, argument), new Call(Function.LN, base.get()));
        }
        return power.isPresent() ? new Power(value, power.get()) : value;
    }

    private static Constant constant(String name) {
        return new Constant(name.equals("pi") ? Math.PI : Double.POSITIVE_INFINITY);
    }

    private Expression named() {
        if (text.accept("sqrt")) {
            return new Root(2, atom());
        }
        for (String constant : List.of("pi", "inf")) {
            if (text.accept(constant)) {
                return constant(constant);
            }
        }
        Optional<Function> function = text.function();
        if (function.isPresent()) {
            return call(function.get());
        }
        String name = text.letter().orElseThrow(Unreadable::new) + text.subscript();
        return name.equals("e") ? new Constant(Math.E) : new Variable(name);
    }
}
