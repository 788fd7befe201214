package dev.potstill.trainer.text.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A template, parsed; safe for several threads. */
public final class Template {
    /** The limit of Jinja's sandbox. */
    private static final long LONGEST_RANGE = 100_000;

    private final List<Statement> statements;

    private Template(List<Statement> statements) {
        this.statements = statements;
    }

    /** A {@link JinjaException} tells the line of what is not understood. */
    public static Template parse(String source) {
        return new Template(new StatementParser(Lexer.tokens(source)).template());
    }

    /**
     * The text for these variables: strings, numbers, booleans, and lists and maps of those, or an empty Optional for none.
     *
     * @param functions what the template can call beside the language's own: each gets the text of its arguments
     */
    public String render(Map<String, Object> variables, Map<String, Function<List<String>, Object>> functions) {
        Map<String, Object> values = new HashMap<>(globals());
        functions.forEach((name, function) -> values.put(name, (Callable) given ->
                function.apply(given.positional().stream().map(Python::text).toList())));
        variables.forEach((name, value) -> values.put(name, value.equals(Optional.empty()) ? None.NONE : value));
        Rendering rendering = new Rendering();
        try {
            return rendering.render(statements, Scope.of(values));
        } catch (JinjaException e) {
            throw new JinjaException(rendering.line(), e.getMessage());
        } catch (StackOverflowError e) {
            throw new JinjaException(rendering.line(), "macros call each other without end");
        }
    }

    private static Map<String, Object> globals() {
        return Map.of(
                "namespace", (Callable) given -> new Namespace(merged(given)),
                "dict", (Callable) given -> new LinkedHashMap<Object, Object>(merged(given)),
                "range", (Callable) Template::range,
                "raise_exception",
                        (Callable) given -> {
                            throw new JinjaException(Python.text(given.require(0, "message")));
                        });
    }

    private static Map<String, Object> merged(Given given) {
        Map<String, Object> values = new LinkedHashMap<>();
        given.positional().forEach(map -> {
            if (map instanceof Map<?, ?> entries) {
                entries.forEach((key, value) -> values.put(Python.text(key), value));
            }
        });
        values.putAll(given.named());
        return values;
    }

    private static List<Object> range(Given given) {
        boolean one = given.positional().size() == 1;
        long from = one ? 0 : given.integer(0, "start", 0);
        long to = given.integer(one ? 0 : 1, "stop", 0);
        long by = given.integer(2, "step", 1);
        if (by == 0 || Math.abs((to - from) / by) > LONGEST_RANGE) {
            throw new JinjaException("range(%d, %d, %d) has too many numbers".formatted(from, to, by));
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = from; by > 0 ? i < to : i > to; i += by) {
            numbers.add(i);
        }
        return numbers;
    }
}
