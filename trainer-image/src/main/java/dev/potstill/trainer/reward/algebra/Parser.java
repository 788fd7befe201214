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
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an expression, in LaTeX or as typed: {@code 2\sqrt{3}x^2/5}. By descent, from what binds least to what binds most:
 *
 * <pre>
 * sum     = product {("+" | "-") product}
 * product = factor {["*" | "/"] factor}            side by side is a product
 * factor  = ("-" | "+") factor | power
 * power   = atom ["^" argument]
 * atom    = number | name | function argument | \frac argument argument | \sqrt [degree] argument | (sum) | |sum|
 * </pre>
 */
final class Parser {
    private static final int DEEPEST = 60;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,60}(?:\\.\\d{1,60})?|\\.\\d{1,60}");
    /** 2 1/2 and 2\frac{1}{2}: a sum, where everything else side by side is a product. */
    private static final Pattern MIXED = Pattern.compile(
            "(\\d{1,30})\\s*(?:\\s(\\d{1,30})\\s*/\\s*(\\d{1,30})|\\\\frac\\s*\\{(\\d{1,30})}\\s*\\{(\\d{1,30})})(?![\\d.])");

    private static final Pattern SUBSCRIPT = Pattern.compile("_(?:\\{(\\w+)}|(\\w))");
    private static final Pattern COMMAND = Pattern.compile("\\\\([A-Za-z]+)");

    private final String text;
    private int at;
    private int depth;

    private Parser(String text) {
        this.text = text;
    }

    /** No expression that this reads. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The expression that all of this text is. */
    static Optional<Expression> parse(String text) {
        try {
            Parser parser = new Parser(text);
            Expression whole = parser.sum();
            parser.skip();
            return parser.at == text.length() ? Optional.of(whole) : Optional.empty();
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
            if (accept("+")) {
                sum = new Sum(sum, product());
            } else if (accept("-")) {
                sum = new Sum(sum, new Product(Expression.MINUS_ONE, product()));
            } else {
                depth--;
                return sum;
            }
        }
    }

    private Expression product() {
        Expression product = factor();
        while (true) {
            if (accept("*")) {
                product = new Product(product, factor());
            } else if (accept("/")) {
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
        skip();
        if (at == text.length()) {
            return false;
        }
        char next = text.charAt(at);
        return Character.isLetter(next) || next == '(' || next == '{' || next == '\\' && !text.startsWith("\\}", at);
    }

    private Expression factor() {
        boolean negative = false;
        while (true) {
            if (accept("-")) {
                negative = !negative;
            } else if (!accept("+")) {
                break;
            }
        }
        return negative ? new Product(Expression.MINUS_ONE, power()) : power();
    }

    private Expression power() {
        Expression base = atom();
        return accept("^") ? new Power(base, signed()) : base;
    }

    private Expression signed() {
        return accept("-") ? new Product(Expression.MINUS_ONE, argument()) : argument();
    }

    /** What a command takes: a group, one digit, one name, or another command. */
    private Expression argument() {
        skip();
        if (at < text.length() && Character.isDigit(text.charAt(at))) {
            // x^12 as typed means 12; \frac12 means 1 and 2, and is read digit by digit where it is met.
            return number();
        }
        Expression atom = atom();
        return accept("^") ? new Power(atom, signed()) : atom;
    }

    private Expression fractionPart() {
        skip();
        if (at < text.length() && Character.isDigit(text.charAt(at))) {
            return new Number(Rational.of(text.charAt(at++) - '0', 1));
        }
        return atom();
    }

    private Expression atom() {
        skip();
        if (accept("(")) {
            return closed(")");
        }
        if (accept("{")) {
            return closed("}");
        }
        if (accept("[")) {
            return closed("]");
        }
        if (accept("|")) {
            return new Call(Function.ABS, closed("|"));
        }
        if (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            return mixedOrNumber();
        }
        Matcher command = COMMAND.matcher(text).region(at, text.length());
        return command.lookingAt() ? command(command.group(1)) : named();
    }

    private Expression closed(String by) {
        Expression inner = sum();
        if (!accept(by)) {
            throw new Unreadable();
        }
        return inner;
    }

    private Expression mixedOrNumber() {
        Matcher mixed = MIXED.matcher(text).region(at, text.length());
        if (!mixed.lookingAt()) {
            return number();
        }
        at = mixed.end();
        int top = mixed.group(2) != null ? 2 : 4;
        Rational part = decimal(mixed.group(top)).over(decimal(mixed.group(top + 1)));
        return new Number(decimal(mixed.group(1)).plus(part));
    }

    private Expression number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            throw new Unreadable();
        }
        at = number.end();
        Rational value = decimal(number.group());
        subscript(); // the base a number is written in
        return new Number(value);
    }

    private static Rational decimal(String digits) {
        return Rational.of(new BigDecimal(digits));
    }

    private Expression command(String name) {
        at += 1 + name.length();
        return switch (name) {
            case "frac" -> new Quotient(fractionPart(), fractionPart());
            case "sqrt" -> root();
            case "pi" -> new Constant(Math.PI);
            case "infty" -> new Constant(Double.POSITIVE_INFINITY);
            default -> {
                Optional<Function> function =
                        Function.at(name, 0).filter(found -> found.written().equals(name));
                yield function.isPresent() ? call(function.get()) : new Variable(name + subscript());
            }
        };
    }

    private Expression root() {
        int degree = 2;
        if (accept("[")) {
            Expression given = closed("]");
            degree = given instanceof Number(var value) && value.numerator().bitLength() < 8
                    ? value.numerator().intValue()
                    : 0;
        }
        if (degree < 2) {
            throw new Unreadable();
        }
        return new Root(degree, fractionPart());
    }

    /** A function's argument is a group, or all that is multiplied with nothing between: sin 2x. */
    private Expression call(Function function) {
        Optional<Expression> base = accept("_") ? Optional.of(fractionPart()) : Optional.empty();
        Optional<Expression> power = accept("^") ? Optional.of(signed()) : Optional.empty();
        skip();
        boolean group = at < text.length() && (text.charAt(at) == '(' || text.charAt(at) == '{');
        Expression argument = group ? atom() : factor();
        while (!group && startsAtom() && !startsFunction()) {
            argument = new Product(argument, power());
        }
        Expression value = new Call(function, argument);
        if (base.isPresent()) {
            value = new Quotient(new Call(Function.LN, argument), new Call(Function.LN, base.get()));
        }
        return power.isPresent() ? new Power(value, power.get()) : value;
    }

    private boolean startsFunction() {
        return Function.at(text, text.charAt(at) == '\\' ? at + 1 : at).isPresent() || text.charAt(at) == '(';
    }

    private Expression named() {
        if (at == text.length() || !Character.isLetter(text.charAt(at))) {
            throw new Unreadable();
        }
        if (accept("sqrt")) {
            return new Root(2, atom());
        }
        if (accept("pi")) {
            return new Constant(Math.PI);
        }
        if (accept("inf")) {
            return new Constant(Double.POSITIVE_INFINITY);
        }
        Optional<Function> function = Function.at(text, at);
        if (function.isPresent()) {
            at += function.get().written().length();
            return call(function.get());
        }
        String name = text.substring(at, ++at) + subscript();
        return name.equals("e") ? new Constant(Math.E) : new Variable(name);
    }

    private String subscript() {
        Matcher subscript = SUBSCRIPT.matcher(text).region(at, text.length());
        if (!subscript.lookingAt()) {
            return "";
        }
        at = subscript.end();
        return "_" + (subscript.group(1) != null ? subscript.group(1) : subscript.group(2));
    }

    private boolean accept(String token) {
        skip();
        boolean there = text.startsWith(token, at);
        at += there ? token.length() : 0;
        return there;
    }

    private void skip() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
