package dev.potstill.cli.report;

import dev.potstill.contract.StageReport.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Curves over steps.
 *
 * @param steps what the steps are: the name of the level axis
 * @param quantity what the values are, with their unit: the name of the upright axis
 * @param curves by name, in the order of their colours
 */
record LineChart(String title, String steps, String quantity, Map<String, List<Point>> curves) {
    private static final double WIDTH = 440;
    private static final double HEIGHT = 260;
    private static final double LEFT = 70;
    private static final double RIGHT = 26;
    private static final double TOP = 16;
    private static final double BOTTOM = 44;
    /** More than a screen can show. */
    private static final int MOST_POINTS = 400;

    Tag svg() {
        Scale x = alongSteps();
        Scale y = alongValues();
        Tag svg = Tag.of("svg")
                .set("viewBox", "0 0 %s %s".formatted(Tag.number(WIDTH), Tag.number(HEIGHT)))
                .set("role", "img")
                .set("aria-label", title + ". " + described());
        x.ticks().forEach(tick -> svg.addAll(upright(x.label(tick), across(x, tick))));
        y.ticks().forEach(tick -> svg.addAll(level(y.label(tick), up(y, tick))));
        svg.add(
                Tag.of("text", steps)
                        .classed("axis")
                        .set("x", LEFT + (WIDTH - LEFT - RIGHT) / 2)
                        .set("y", HEIGHT - 6)
                        .set("text-anchor", "middle"),
                Tag.of("text", quantity)
                        .classed("axis")
                        .set("transform", "rotate(-90)")
                        .set("x", -(TOP + (HEIGHT - TOP - BOTTOM) / 2))
                        .set("y", 12)
                        .set("text-anchor", "middle"));
        int colour = 0;
        for (var curve : curves.entrySet()) {
            svg.add(line(curve.getValue(), x, y).classed("line c" + colour++).add(Tag.of("title", curve.getKey())));
        }
        return svg;
    }

    private Scale alongSteps() {
        long last = points().mapToLong(Point::step).max().orElse(1);
        long first = points().mapToLong(Point::step).min().orElse(0);
        return Scale.aroundWhole(first < last / 2 ? 0 : first, last, 6);
    }

    /** Values that come near nought are drawn down to it; a loss that stays well above is not. */
    private Scale alongValues() {
        double[] values = points().mapToDouble(Point::value)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (values.length == 0) {
            return Scale.around(0, 1, 5);
        }
        double low = values[0];
        double high = values[values.length - 1];
        return Scale.around(low > 0 && low < high / 2 ? 0 : low, high, 5);
    }

    private Stream<Point> points() {
        return curves.values().stream().flatMap(List::stream);
    }

    private static double across(Scale x, double step) {
        return LEFT + x.share(step) * (WIDTH - LEFT - RIGHT);
    }

    private static double up(Scale y, double value) {
        return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - TOP - BOTTOM);
    }

    private static List<Tag> upright(String label, double x) {
        return List.of(
                Tag.of("line")
                        .classed("grid")
                        .set("x1", x)
                        .set("x2", x)
                        .set("y1", TOP)
                        .set("y2", HEIGHT - BOTTOM),
                Tag.of("text", label)
                        .classed("tick")
                        .set("x", x)
                        .set("y", HEIGHT - BOTTOM + 16)
                        .set("text-anchor", "middle"));
    }

    private static List<Tag> level(String label, double y) {
        return List.of(
                Tag.of("line")
                        .classed("grid")
                        .set("x1", LEFT)
                        .set("x2", WIDTH - RIGHT)
                        .set("y1", y)
                        .set("y2", y),
                Tag.of("text", label)
                        .classed("tick")
                        .set("x", LEFT - 6)
                        .set("y", y + 4)
                        .set("text-anchor", "end"));
    }

    private static Tag line(List<Point> points, Scale x, Scale y) {
        String path = thinned(points).stream()
                .filter(point -> Double.isFinite(point.value()))
                .map(point -> Tag.number(across(x, point.step())) + "," + Tag.number(up(y, point.value())))
                .collect(Collectors.joining(" "));
        return Tag.of("polyline").set("points", path);
    }

    /** Every so manieth point, and the last. */
    private static List<Point> thinned(List<Point> points) {
        int stride = Math.max(1, Math.ceilDiv(points.size(), MOST_POINTS));
        var kept = new ArrayList<Point>();
        for (int i = 0; i < points.size(); i++) {
            if (i % stride == 0 || i == points.size() - 1) {
                kept.add(points.get(i));
            }
        }
        return kept;
    }

    /** The chart in words, for those who do not see it. */
    private String described() {
        return curves.entrySet().stream()
                .filter(curve -> !curve.getValue().isEmpty())
                .map(curve -> String.format(
                        Locale.ROOT,
                        "%s goes from %.4g to %.4g over %d steps",
                        curve.getKey(),
                        curve.getValue().getFirst().value(),
                        curve.getValue().getLast().value(),
                        curve.getValue().getLast().step()))
                .collect(Collectors.joining("; "));
    }
}
