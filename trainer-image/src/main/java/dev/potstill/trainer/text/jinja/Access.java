package dev.potstill.trainer.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is inside a value: its elements, attributes and slices. */
final class Access {
    private Access() {}

    /** {@code of.name}. */
    static Object attribute(Object of, String name) {
        if (of instanceof Undefined undefined) {
            throw undefined.used();
        }
        return method(of, name).orElseGet(() -> own(of, name).orElseGet(() -> absent(of, name)));
    }

    /** {@code of[key]}. */
    static Object element(Object of, Object key) {
        return switch (of) {
            case Undefined undefined -> throw undefined.used();
            case List<?> list when key instanceof Long index -> indexed(list, index);
            case String text when key instanceof Long index -> indexed(Python.elements(text), index);
            default -> own(of, key).or(() -> method(of, key)).orElseGet(() -> absent(of, key));
        };
    }

    static Object slice(Object of, Optional<Object> from, Optional<Object> to, Optional<Object> step) {
        if (!(of instanceof String) && !(of instanceof List<?>)) {
            throw new JinjaException(Python.kind(of) + " cannot be sliced");
        }
        List<Object> all = Python.elements(of);
        long by = bound(step).orElse(1L);
        if (by == 0) {
            throw new JinjaException("a slice's step is 0");
        }
        int size = all.size();
        List<Object> chosen = new ArrayList<>();
        long first = clamp(bound(from), size, by > 0 ? 0 : size - 1, by);
        long last = clamp(bound(to), size, by > 0 ? size : -1, by);
        for (long i = first; by > 0 ? i < last : i > last; i += by) {
            chosen.add(all.get((int) i));
        }
        return of instanceof String
                ? String.join("", chosen.stream().map(Python::text).toList())
                : chosen;
    }

    private static Optional<Long> bound(Optional<Object> value) {
        return value.filter(v -> !(v instanceof None)).map(v -> {
            if (v instanceof Long number) {
                return number;
            }
            throw new JinjaException(Python.kind(v) + " is no place to slice at");
        });
    }

    /** A bound counted from the front, no further out than a step that way can use. */
    private static long clamp(Optional<Long> bound, int size, long otherwise, long by) {
        if (bound.isEmpty()) {
            return otherwise;
        }
        long fromFront = bound.get() < 0 ? bound.get() + size : bound.get();
        return by > 0 ? Math.clamp(fromFront, 0L, size) : Math.clamp(fromFront, -1L, size - 1L);
    }

    private static Object indexed(List<?> list, long index) {
        long fromFront = index < 0 ? index + list.size() : index;
        return fromFront < 0 || fromFront >= list.size()
                ? new Undefined("element " + index + " of a list of " + list.size())
                : list.get((int) fromFront);
    }

    private static Optional<Object> own(Object of, Object key) {
        return switch (of) {
            case Map<?, ?> map -> Optional.ofNullable(map.get(key));
            case Namespace(var values) -> Optional.ofNullable(values.get(key));
            default -> Optional.empty();
        };
    }

    private static Optional<Object> method(Object of, Object name) {
        return switch (of) {
            case String text when name instanceof String method -> StringMethods.find(text, method);
            case Map<?, ?> map when name instanceof String method -> CollectionMethods.find(map, method);
            case List<?> list when name instanceof String method -> CollectionMethods.find(list, method);
            default -> Optional.empty();
        };
    }

    private static Undefined absent(Object of, Object key) {
        return new Undefined("'" + Python.text(key) + "' of " + Python.kind(of));
    }
}
