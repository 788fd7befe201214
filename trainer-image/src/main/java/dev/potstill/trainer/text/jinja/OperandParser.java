package dev.potstill.trainer.text.jinja;

import dev.potstill.trainer.text.jinja.Expression.Arguments;
import dev.potstill.trainer.text.jinja.Expression.Attribute;
import dev.potstill.trainer.text.jinja.Expression.Call;
import dev.potstill.trainer.text.jinja.Expression.DictOf;
import dev.potstill.trainer.text.jinja.Expression.Element;
import dev.potstill.trainer.text.jinja.Expression.Filter;
import dev.potstill.trainer.text.jinja.Expression.ListOf;
import dev.potstill.trainer.text.jinja.Expression.Literal;
import dev.potstill.trainer.text.jinja.Expression.Negative;
import dev.potstill.trainer.text.jinja.Expression.Not;
import dev.potstill.trainer.text.jinja.Expression.Slice;
import dev.potstill.trainer.text.jinja.Expression.Test;
import dev.potstill.trainer.text.jinja.Expression.Variable;
import dev.potstill.trainer.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What operators stand between: literals and names, with what follows them directly, filters and tests. */
final class OperandParser {
    private static final Map<String, Object> CONSTANTS =
            Map.of("true", true, "True", true, "false", false, "False", false, "none", None.NONE, "None", None.NONE);
    /** Words that end a test rather than begin its argument. */
    private static final Set<String> WORDS = Set.of("and", "or", "else", "if", "is", "in", "not");

    private final TokenStream tokens;
    private final ExpressionParser expressions;

    OperandParser(TokenStream tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    /** A value with its sign, filters and tests. */
    Expression filtered() {
        Expression value = signed();
        while (true) {
            if (tokens.takeOperator("|")) {
                String name = tokens.name();
                value = new Filter(value, name, tokens.takeOperator("(") ? arguments() : Arguments.NONE);
            } else if (tokens.takeName("is")) {
                value = test(value);
            } else {
                return value;
            }
        }
    }

    private Expression signed() {
        if (tokens.takeOperator("-")) {
            return new Negative(signed());
        }
        return tokens.takeOperator("+") ? signed() : postfixed(primary());
    }

    private Expression primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case NAME ->
                CONSTANTS.containsKey(token.text())
                        ? new Literal(CONSTANTS.get(token.text()))
                        : new Variable(token.text());
            case STRING -> string(token.text());
            case INTEGER -> new Literal(Long.valueOf(token.text()));
            case FLOAT -> new Literal(Double.valueOf(token.text()));
            default -> {
                if (token.isOperator("(")) {
                    yield parenthesis();
                }
                if (token.isOperator("[")) {
                    yield list();
                }
                if (token.isOperator("{")) {
                    yield dict();
                }
                throw new JinjaException(token.line(), "found " + token.shown() + "; expected a value");
            }
        };
    }

    /** Strings that follow each other are one. */
    private Expression string(String first) {
        StringBuilder text = new StringBuilder(first);
        while (tokens.peek().kind() == Kind.STRING) {
            text.append(tokens.next().text());
        }
        return new Literal(text.toString());
    }

    private Expression parenthesis() {
        if (tokens.takeOperator(")")) {
            return new ListOf(List.of());
        }
        Expression inner = expressions.listed();
        tokens.expectOperator(")");
        return inner;
    }

    private Expression list() {
        List<Expression> elements = new ArrayList<>();
        tokens.until("]", () -> elements.add(expressions.expression()));
        return new ListOf(elements);
    }

    private Expression dict() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        tokens.until("}", () -> {
            keys.add(expressions.expression());
            tokens.expectOperator(":");
            values.add(expressions.expression());
        });
        return new DictOf(keys, values);
    }

    private Expression postfixed(Expression value) {
        while (true) {
            if (tokens.takeOperator(".")) {
                value = tokens.peek().kind() == Kind.INTEGER
                        ? new Element(
                                value, new Literal(Long.valueOf(tokens.next().text())))
                        : new Attribute(value, tokens.name());
            } else if (tokens.takeOperator("[")) {
                value = subscript(value);
            } else if (tokens.takeOperator("(")) {
                value = new Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression value) {
        Optional<Expression> from = sliceBound();
        if (from.isPresent() && tokens.takeOperator("]")) {
            return new Element(value, from.get());
        }
        tokens.expectOperator(":");
        Optional<Expression> to = sliceBound();
        Optional<Expression> step = tokens.takeOperator(":") ? sliceBound() : Optional.empty();
        tokens.expectOperator("]");
        return new Slice(value, from, to, step);
    }

    private Optional<Expression> sliceBound() {
        boolean absent = tokens.peek().isOperator(":") || tokens.peek().isOperator("]");
        return absent ? Optional.empty() : Optional.of(expressions.expression());
    }

    private Arguments arguments() {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        tokens.until(")", () -> {
            if (tokens.peek().kind() == Kind.NAME && tokens.peekSecond().isOperator("=")) {
                String name = tokens.name();
                tokens.next();
                named.put(name, expressions.expression());
            } else {
                positional.add(expressions.expression());
            }
        });
        return new Arguments(positional, named);
    }

    private Expression test(Expression value) {
        boolean negated = tokens.takeName("not");
        String name = tokens.name();
        Arguments arguments = Arguments.NONE;
        if (tokens.takeOperator("(")) {
            arguments = arguments();
        } else if (startsOperand()) {
            arguments = new Arguments(List.of(postfixed(primary())), Map.of());
        }
        Expression test = new Test(value, name, arguments);
        return negated ? new Not(test) : test;
    }

    private boolean startsOperand() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case STRING, INTEGER, FLOAT -> true;
            case NAME -> !WORDS.contains(token.text());
            case OPERATOR -> Set.of("(", "[", "{").contains(token.text());
            default -> false;
        };
    }
}
