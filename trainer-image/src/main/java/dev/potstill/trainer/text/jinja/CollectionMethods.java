package dev.potstill.trainer.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The methods of dictionaries and lists that change nothing: a template may not change what it is given. */
final class CollectionMethods {
    private CollectionMethods() {}

    static Optional<Object> find(Map<?, ?> map, String name) {
        Callable method = switch (name) {
            case "items" -> _ -> items(map);
            case "keys" -> _ -> new ArrayList<Object>(map.keySet());
            case "values" -> _ -> new ArrayList<Object>(map.values());
            case "copy" -> _ -> new LinkedHashMap<>(map);
            case "get" ->
                given -> map.containsKey(given.require(0, "key"))
                        ? map.get(given.require(0, "key"))
                        : given.get(1, "default").orElse(None.NONE);
            default -> null;
        };
        return Optional.ofNullable(method);
    }

    static Optional<Object> find(List<?> list, String name) {
        Callable method = switch (name) {
            case "copy" -> _ -> new ArrayList<>(list);
            case "count" ->
                given -> list.stream()
                        .filter(e -> Python.equal(e, given.require(0, "value")))
                        .count();
            case "index" -> given -> index(list, given.require(0, "value"));
            default -> null;
        };
        return Optional.ofNullable(method);
    }

    static List<Object> items(Map<?, ?> map) {
        List<Object> items = new ArrayList<>();
        map.forEach((key, value) -> items.add(List.of(key, value)));
        return items;
    }

    private static long index(List<?> list, Object value) {
        for (int i = 0; i < list.size(); i++) {
            if (Python.equal(list.get(i), value)) {
                return i;
            }
        }
        throw new JinjaException(Python.shown(value) + " is not in the list");
    }
}
