package dev.potstill.trainer.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Names and their values: a loop's round and a macro's call have their own, and see those around them. */
final class Scope {
    private final Optional<Scope> around;
    private final Map<String, Object> values;

    private Scope(Optional<Scope> around, Map<String, Object> values) {
        this.around = around;
        this.values = new HashMap<>(values);
    }

    static Scope of(Map<String, Object> values) {
        return new Scope(Optional.empty(), values);
    }

    Scope inner() {
        return new Scope(Optional.of(this), Map.of());
    }

    Object get(String name) {
        Object value = values.get(name);
        if (value != null) {
            return value;
        }
        return around.isPresent() ? around.get().get(name) : new Undefined("'" + name + "'");
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
