package dev.potstill.cli.report;

/** A number that stands out, under the name of what it tells. */
record Figure(String name, String value, String unit) {

    Figure(String name, String value) {
        this(name, value, "");
    }

    Tag tag() {
        Tag shown = Tag.of("dd", value);
        if (!unit.isEmpty()) {
            shown.text(" ").add(Tag.of("small", unit));
        }
        return Tag.of("div").add(Tag.of("dt", name), shown);
    }
}
