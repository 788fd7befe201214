package dev.potstill.cli.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** An element of HTML or SVG. All text and every attribute is escaped when it is written. */
final class Tag {
    private static final Set<String> EMPTY = Set.of("meta", "br", "hr");

    private final String name;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<Object> children = new ArrayList<>();

    private Tag(String name) {
        this.name = name;
    }

    static Tag of(String name) {
        return new Tag(name);
    }

    static Tag of(String name, String text) {
        return new Tag(name).text(text);
    }

    Tag set(String attribute, String value) {
        attributes.put(attribute, value);
        return this;
    }

    /** A length or place in user units, to a tenth. */
    Tag set(String attribute, double value) {
        return set(attribute, number(value));
    }

    Tag classed(String value) {
        return set("class", value);
    }

    Tag text(String text) {
        children.add(text);
        return this;
    }

    Tag add(Tag... tags) {
        children.addAll(List.of(tags));
        return this;
    }

    Tag addAll(Collection<Tag> tags) {
        children.addAll(tags);
        return this;
    }

    static String number(double value) {
        String tenths = String.format(Locale.ROOT, "%.1f", value);
        return tenths.endsWith(".0") ? tenths.substring(0, tenths.length() - 2) : tenths;
    }

    @Override
    public String toString() {
        var html = new StringBuilder();
        write(html);
        return html.toString();
    }

    private void write(StringBuilder html) {
        html.append('<').append(name);
        attributes.forEach((attribute, value) -> html.append(' ')
                .append(attribute)
                .append("=\"")
                .append(escaped(value))
                .append('"'));
        html.append('>');
        if (EMPTY.contains(name)) {
            return;
        }
        for (Object child : children) {
            if (child instanceof Tag tag) {
                tag.write(html);
            } else if (name.equals("style")) {
                html.append(child);
            } else {
                html.append(escaped(child.toString()));
            }
        }
        html.append("</").append(name).append('>');
    }

    private static String escaped(String text) {
        var escaped = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default ->
                    escaped.appendCodePoint(
                            Character.isISOControl(character) && character != '\n' ? '\ufffd' : character);
            }
        });
        return escaped.toString();
    }
}
