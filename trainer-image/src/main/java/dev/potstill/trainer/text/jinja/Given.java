package dev.potstill.trainer.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The arguments of a call, evaluated. */
record Given(List<Object> positional, Map<String, Object> named) {
    static final Given NOTHING = new Given(List.of(), Map.of());

    Optional<Object> get(int position, String name) {
        return position < positional.size()
                ? Optional.of(positional.get(position))
                : Optional.ofNullable(named.get(name));
    }

    Object require(int position, String name) {
        return get(position, name).orElseThrow(() -> new JinjaException("argument '" + name + "' is missing"));
    }

    String text(int position, String name) {
        if (require(position, name) instanceof String text) {
            return text;
        }
        throw wrong(name, "a string");
    }

    String text(int position, String name, String otherwise) {
        return get(position, name).isPresent() ? text(position, name) : otherwise;
    }

    long integer(int position, String name, long otherwise) {
        Object value = get(position, name).orElse(otherwise);
        if (value instanceof Long number) {
            return number;
        }
        throw wrong(name, "a whole number");
    }

    boolean flag(int position, String name, boolean otherwise) {
        return Python.isTrue(get(position, name).orElse(otherwise));
    }

    Given from(int position) {
        return new Given(positional.subList(Math.min(position, positional.size()), positional.size()), named);
    }

    private static JinjaException wrong(String name, String expected) {
        return new JinjaException("argument '" + name + "' is not " + expected);
    }
}
