package dev.potstill.trainer.text.jinja;

import dev.potstill.trainer.text.jinja.Expression.And;
import dev.potstill.trainer.text.jinja.Expression.Arguments;
import dev.potstill.trainer.text.jinja.Expression.Attribute;
import dev.potstill.trainer.text.jinja.Expression.Binary;
import dev.potstill.trainer.text.jinja.Expression.Call;
import dev.potstill.trainer.text.jinja.Expression.Comparison;
import dev.potstill.trainer.text.jinja.Expression.Conditional;
import dev.potstill.trainer.text.jinja.Expression.DictOf;
import dev.potstill.trainer.text.jinja.Expression.Element;
import dev.potstill.trainer.text.jinja.Expression.Filter;
import dev.potstill.trainer.text.jinja.Expression.ListOf;
import dev.potstill.trainer.text.jinja.Expression.Literal;
import dev.potstill.trainer.text.jinja.Expression.Negative;
import dev.potstill.trainer.text.jinja.Expression.Not;
import dev.potstill.trainer.text.jinja.Expression.Or;
import dev.potstill.trainer.text.jinja.Expression.Slice;
import dev.potstill.trainer.text.jinja.Expression.Test;
import dev.potstill.trainer.text.jinja.Expression.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The value of an expression, given what its names stand for. */
record Evaluation(Scope scope) {

    Object value(Expression expression) {
        return switch (expression) {
            case Literal(var value) -> value;
            case Variable(var name) -> scope.get(name);
            case ListOf(var elements) -> values(elements);
            case DictOf(var keys, var values) -> dict(keys, values);
            case Attribute(var of, var name) -> Access.attribute(value(of), name);
            case Element(var of, var key) -> Access.element(value(of), value(key));
            case Slice(var of, var from, var to, var step) ->
                Access.slice(value(of), from.map(this::value), to.map(this::value), step.map(this::value));
            case Call call -> call(call);
            case Filter(var of, var name, var arguments) -> Filters.apply(name, value(of), given(arguments));
            case Test(var of, var name, var arguments) -> Tests.holds(name, value(of), given(arguments));
            case Not(var of) -> !isTrue(of);
            case Negative(var of) -> Arithmetic.negative(value(of));
            case Binary(var operator, var left, var right) -> Arithmetic.apply(operator, value(left), value(right));
            case Comparison comparison -> holds(comparison);
            case And(var left, var right) -> chosen(value(left), true, right);
            case Or(var left, var right) -> chosen(value(left), false, right);
            case Conditional(var condition, var then, var otherwise) ->
                isTrue(condition)
                        ? value(then)
                        : otherwise.map(this::value).orElse(new Undefined("a condition without else"));
        };
    }

    boolean isTrue(Expression expression) {
        return Python.isTrue(value(expression));
    }

    /** The left value where it decides, else the right. */
    private Object chosen(Object left, boolean goesOnWhen, Expression right) {
        return Python.isTrue(left) == goesOnWhen ? value(right) : left;
    }

    private List<Object> values(List<Expression> expressions) {
        return expressions.stream().map(this::value).collect(Collectors.toCollection(ArrayList::new));
    }

    private Map<Object, Object> dict(List<Expression> keys, List<Expression> values) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            dict.put(value(keys.get(i)), value(values.get(i)));
        }
        return dict;
    }

    private Object call(Call call) {
        return switch (value(call.callee())) {
            case Callable callable -> callable.call(given(call.arguments()));
            case Undefined undefined -> throw undefined.used();
            case Object other -> throw new JinjaException(Python.kind(other) + " cannot be called");
        };
    }

    private Given given(Arguments arguments) {
        Map<String, Object> named = new LinkedHashMap<>();
        arguments.named().forEach((name, expression) -> named.put(name, value(expression)));
        return new Given(values(arguments.positional()), named);
    }

    private boolean holds(Comparison comparison) {
        Object left = value(comparison.first());
        for (int i = 0; i < comparison.operators().size(); i++) {
            Object right = value(comparison.others().get(i));
            if (!holds(comparison.operators().get(i), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private static boolean holds(String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> Python.equal(left, right);
            case "!=" -> !Python.equal(left, right);
            case "in" -> Python.contains(right, left);
            case "not in" -> !Python.contains(right, left);
            case "<" -> Python.compare(left, right) < 0;
            case "<=" -> Python.compare(left, right) <= 0;
            case ">" -> Python.compare(left, right) > 0;
            default -> Python.compare(left, right) >= 0;
        };
    }
}
