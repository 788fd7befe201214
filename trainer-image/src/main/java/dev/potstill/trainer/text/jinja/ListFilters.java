package dev.potstill.trainer.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The filters that go through a value one by one. */
final class ListFilters {
    private ListFilters() {}

    static Object apply(String name, Object value, Given given) {
        return switch (name) {
            case "list" -> Python.elements(value);
            case "first" -> Access.element(Python.elements(value), 0L);
            case "last" -> Access.element(Python.elements(value), -1L);
            case "reverse" -> reversed(value);
            case "join" -> joined(value, given);
            case "sum" -> sum(value, given);
            case "min" -> Collections.min(Python.elements(value), Python::compare);
            case "max" -> Collections.max(Python.elements(value), Python::compare);
            case "unique" -> unique(value);
            case "sort" -> sorted(value, given);
            case "dictsort" -> sorted(Filters.apply("items", value, Given.NOTHING), Given.NOTHING);
            case "map" -> mapped(value, given);
            case "select" -> chosen(value, given, e -> e, 0, true);
            case "reject" -> chosen(value, given, e -> e, 0, false);
            case "selectattr" -> chosen(value, given, attribute(given.text(0, "attribute")), 1, true);
            case "rejectattr" -> chosen(value, given, attribute(given.text(0, "attribute")), 1, false);
            case "groupby" -> grouped(value, given);
            case "batch" -> batches(value, given);
            default -> throw new JinjaException("the filter '" + name + "' is not supported");
        };
    }

    private static Object reversed(Object value) {
        List<Object> elements = Python.elements(value);
        Collections.reverse(elements);
        return value instanceof String ? elements.stream().map(Python::text).collect(Collectors.joining()) : elements;
    }

    private static String joined(Object value, Given given) {
        Function<Object, Object> of =
                given.get(1, "attribute").map(a -> attribute(Python.text(a))).orElse(e -> e);
        return Python.elements(value).stream()
                .map(of)
                .map(Python::text)
                .collect(Collectors.joining(Python.text(given.get(0, "d").orElse(""))));
    }

    private static Object sum(Object value, Given given) {
        Function<Object, Object> of =
                given.get(0, "attribute").map(a -> attribute(Python.text(a))).orElse(e -> e);
        Object total = given.get(1, "start").orElse(0L);
        for (Object element : Python.elements(value)) {
            total = Arithmetic.apply("+", total, of.apply(element));
        }
        return total;
    }

    private static List<Object> unique(Object value) {
        List<Object> unique = new ArrayList<>();
        for (Object element : Python.elements(value)) {
            if (!Python.contains(unique, element)) {
                unique.add(element);
            }
        }
        return unique;
    }

    private static List<Object> sorted(Object value, Given given) {
        Function<Object, Object> of =
                given.get(2, "attribute").map(a -> attribute(Python.text(a))).orElse(e -> e);
        boolean exactCase = given.flag(1, "case_sensitive", false);
        Comparator<Object> order = Comparator.comparing(
                e -> of.apply(e) instanceof String text && !exactCase ? text.toLowerCase(Locale.ROOT) : of.apply(e),
                Python::compare);
        List<Object> elements = Python.elements(value);
        elements.sort(given.flag(0, "reverse", false) ? order.reversed() : order);
        return elements;
    }

    private static List<Object> mapped(Object value, Given given) {
        Function<Object, Object> of;
        if (given.named().containsKey("attribute")) {
            Object otherwise = given.named().get("default");
            Function<Object, Object> plain = attribute(Python.text(given.named().get("attribute")));
            of = otherwise == null ? plain : e -> plain.apply(e) instanceof Undefined ? otherwise : plain.apply(e);
        } else {
            String filter = given.text(0, "filter");
            of = e -> Filters.apply(filter, e, given.from(1));
        }
        return orNone(value).stream().map(of).collect(Collectors.toCollection(ArrayList::new));
    }

    /** What is false, such as None, has no elements here. */
    private static List<Object> orNone(Object value) {
        return Python.isTrue(value) ? Python.elements(value) : List.of();
    }

    private static List<Object> chosen(
            Object value, Given given, Function<Object, Object> of, int testAt, boolean wanted) {
        String test = given.positional().size() > testAt ? given.text(testAt, "test") : "true value";
        return orNone(value).stream()
                .filter(e -> wanted
                        == (test.equals("true value")
                                ? Python.isTrue(of.apply(e))
                                : Tests.holds(test, of.apply(e), given.from(testAt + 1))))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<Object> grouped(Object value, Given given) {
        Function<Object, Object> of = attribute(given.text(0, "attribute"));
        Map<Object, List<Object>> groups = new LinkedHashMap<>();
        for (Object element : sorted(value, new Given(List.of(), Map.of("attribute", given.text(0, "attribute"))))) {
            groups.computeIfAbsent(of.apply(element), _ -> new ArrayList<>()).add(element);
        }
        return groups.entrySet().stream()
                .map(e -> List.of(e.getKey(), e.getValue()))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<Object> batches(Object value, Given given) {
        List<Object> elements = Python.elements(value);
        int size = Math.toIntExact(given.integer(0, "linecount", 1));
        List<Object> batches = new ArrayList<>();
        for (int at = 0; at < elements.size(); at += size) {
            batches.add(elements.subList(at, Math.min(at + size, elements.size())));
        }
        return batches;
    }

    /** {@code a.b} or {@code 0.a}: attributes of attributes. */
    private static Function<Object, Object> attribute(String path) {
        return element -> {
            Object value = element;
            for (String part : path.split("\\.", -1)) {
                boolean index = !part.isEmpty() && part.chars().allMatch(Character::isDigit);
                value = Access.element(value, index ? (Object) Long.valueOf(part) : part);
            }
            return value;
        };
    }
}
