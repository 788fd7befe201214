package dev.potstill.cli.report;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A bar a row, with its name on the left and its value at its end.
 *
 * @param highest the end of the axis, or {@link #LET_VALUES_SAY}
 */
record BarChart(String title, String unit, List<Bar> bars, double highest) {
    static final double LET_VALUES_SAY = -1;

    private static final double WIDTH = 440;
    private static final double LEFT = 134;
    private static final double MOST_LEFT = 210;
    private static final double CHARACTER = 9.6;
    private static final double RIGHT = 74;
    private static final double ROW = 30;
    private static final double BAR = 18;
    private static final double BOTTOM = 38;

    /**
     * @param shown the value as it is written
     * @param style the class of its colour
     */
    record Bar(String name, double value, String shown, String style) {}

    /** Room for the longest name, at the size that it has on a narrow screen. */
    private double left() {
        int longest = bars.stream().mapToInt(bar -> bar.name.length()).max().orElse(0);
        return Math.clamp(12 + CHARACTER * longest, LEFT, MOST_LEFT);
    }

    /** With its title above it, and these notes beside that. */
    Tag figure(Tag... notes) {
        return Tag.of("figure")
                .add(Tag.of("figcaption").add(Tag.of("strong", title)).add(notes), svg());
    }

    Tag svg() {
        double left = left();
        Scale scale = Scale.around(0, end(), left > 160 ? 3 : 4);
        double height = bars.size() * ROW + BOTTOM;
        Tag svg = Tag.of("svg")
                .set("viewBox", "0 0 %s %s".formatted(Tag.number(WIDTH), Tag.number(height)))
                .set("role", "img")
                .set("aria-label", title + ". " + described());
        for (double tick : scale.ticks()) {
            double x = left + scale.share(tick) * (WIDTH - left - RIGHT);
            svg.add(
                    Tag.of("line")
                            .classed("grid")
                            .set("x1", x)
                            .set("x2", x)
                            .set("y1", 0)
                            .set("y2", bars.size() * ROW),
                    Tag.of("text", scale.label(tick))
                            .classed("tick")
                            .set("x", x)
                            .set("y", bars.size() * ROW + 14)
                            .set("text-anchor", "middle"));
        }
        svg.add(Tag.of("text", unit)
                .classed("axis")
                .set("x", left + (WIDTH - left - RIGHT) / 2)
                .set("y", height - 6)
                .set("text-anchor", "middle"));
        for (int i = 0; i < bars.size(); i++) {
            svg.add(row(bars.get(i), i * ROW, scale, left));
        }
        return svg;
    }

    /** One value far beyond the others would leave of them only lines: its bar is cut, and marked as cut. */
    private double end() {
        if (highest >= 0) {
            return highest;
        }
        List<Double> values =
                bars.stream().map(Bar::value).sorted(Comparator.reverseOrder()).toList();
        double most = values.isEmpty() ? 1 : values.getFirst();
        double second = values.size() > 1 ? values.get(1) : most;
        return second > 0 && most > 8 * second ? 1.5 * second : most;
    }

    private static Tag row(Bar bar, double y, Scale scale, double left) {
        boolean cut = bar.value > scale.high();
        double length = Math.clamp(scale.share(bar.value), 0, 1) * (WIDTH - left - RIGHT);
        double middle = y + ROW / 2;
        Tag row = Tag.of("g")
                .add(
                        Tag.of("text", bar.name)
                                .classed("name")
                                .set("x", left - 8)
                                .set("y", middle + 4)
                                .set("text-anchor", "end"),
                        Tag.of("rect")
                                .classed("bar " + bar.style)
                                .set("x", left)
                                .set("y", middle - BAR / 2)
                                .set("width", Math.max(length, 1))
                                .set("height", BAR)
                                .set("rx", 3));
        if (cut) {
            double x = left + length - 16;
            row.add(Tag.of("path")
                    .classed("cut")
                    .set(
                            "d",
                            "M%s %s l6 -%s M%s %s l6 -%s"
                                    .formatted(
                                            Tag.number(x),
                                            Tag.number(middle + BAR / 2 + 2),
                                            Tag.number(BAR + 4),
                                            Tag.number(x + 5),
                                            Tag.number(middle + BAR / 2 + 2),
                                            Tag.number(BAR + 4))));
        }
        return row.add(Tag.of("text", bar.shown)
                .classed("value")
                .set("x", left + length + 6)
                .set("y", middle + 4));
    }

    private String described() {
        String values = bars.stream().map(bar -> bar.name + " " + bar.shown).collect(Collectors.joining(", "));
        return unit.isEmpty() ? values : "%s (%s)".formatted(values, unit);
    }
}
