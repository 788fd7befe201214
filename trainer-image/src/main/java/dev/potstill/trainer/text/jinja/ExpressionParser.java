package dev.potstill.trainer.text.jinja;

import dev.potstill.trainer.text.jinja.Expression.And;
import dev.potstill.trainer.text.jinja.Expression.Binary;
import dev.potstill.trainer.text.jinja.Expression.Comparison;
import dev.potstill.trainer.text.jinja.Expression.Conditional;
import dev.potstill.trainer.text.jinja.Expression.ListOf;
import dev.potstill.trainer.text.jinja.Expression.Not;
import dev.potstill.trainer.text.jinja.Expression.Or;
import dev.potstill.trainer.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Expressions, one method for each level of binding, loosest first. */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private final TokenStream tokens;
    private final OperandParser operands;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
        this.operands = new OperandParser(tokens, this);
    }

    /** An expression, or a list of several with commas between. */
    Expression listed() {
        Expression first = expression();
        if (!tokens.peek().isOperator(",")) {
            return first;
        }
        List<Expression> elements = new ArrayList<>(List.of(first));
        while (tokens.takeOperator(",") && !ends(tokens.peek())) {
            elements.add(expression());
        }
        return new ListOf(elements);
    }

    Expression expression() {
        Expression value = or();
        while (tokens.takeName("if")) {
            Expression condition = or();
            Optional<Expression> otherwise = tokens.takeName("else") ? Optional.of(expression()) : Optional.empty();
            value = new Conditional(condition, value, otherwise);
        }
        return value;
    }

    /** An expression without a condition of its own, as before the {@code if} of a loop. */
    Expression or() {
        Expression left = and();
        while (tokens.takeName("or")) {
            left = new Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.takeName("and")) {
            left = new And(left, not());
        }
        return left;
    }

    private Expression not() {
        return tokens.takeName("not") ? new Not(not()) : comparison();
    }

    private Expression comparison() {
        Expression first = binary(Set.of("+", "-"), this::concatenation);
        List<String> operators = new ArrayList<>();
        List<Expression> others = new ArrayList<>();
        for (Optional<String> operator = comparator(); operator.isPresent(); operator = comparator()) {
            operators.add(operator.get());
            others.add(binary(Set.of("+", "-"), this::concatenation));
        }
        return operators.isEmpty() ? first : new Comparison(first, operators, others);
    }

    private Optional<String> comparator() {
        Token token = tokens.peek();
        if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
            return Optional.of(tokens.next().text());
        }
        if (token.isName("not") && tokens.peekSecond().isName("in")) {
            tokens.next();
            tokens.next();
            return Optional.of("not in");
        }
        return tokens.takeName("in") ? Optional.of("in") : Optional.empty();
    }

    private Expression concatenation() {
        return binary(
                Set.of("~"), () -> binary(Set.of("*", "/", "//", "%"), () -> binary(Set.of("**"), operands::filtered)));
    }

    private Expression binary(Set<String> operators, Supplier<Expression> operand) {
        Expression left = operand.get();
        while (tokens.peek().kind() == Kind.OPERATOR
                && operators.contains(tokens.peek().text())) {
            left = new Binary(tokens.next().text(), left, operand.get());
        }
        return left;
    }

    private static boolean ends(Token token) {
        return token.isOperator(")") || token.kind() == Kind.TAG_END || token.kind() == Kind.OUTPUT_END;
    }
}
