package dev.potstill.cli.report;

import dev.potstill.api.Stage;
import dev.potstill.contract.StageReport;
import dev.potstill.contract.StageReport.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How losses and rewards went, a chart for each group of curves of each stage. */
record CurveSection(List<StageReport> reports) {
    /** What is minimised or earned; the rest is for those who look into why. */
    private static final Set<String> TELLING = Set.of("loss", "reward", "validation", "outputError");

    List<Tag> tags() {
        var telling = new ArrayList<Tag>();
        var others = new ArrayList<Tag>();
        for (StageReport report : reports) {
            groups(report.curves())
                    .forEach((group, curves) ->
                            (TELLING.contains(group) ? telling : others).add(chart(report, group, curves)));
        }
        if (telling.isEmpty() && others.isEmpty()) {
            return List.of();
        }
        Tag section = Tag.of("section").add(Tag.of("h2", "Training"), cards(telling));
        return List.of(others.isEmpty() ? section : section.add(more(others)));
    }

    private static Tag more(List<Tag> charts) {
        return Tag.of("details").classed("more").add(Tag.of("summary", "More curves"), cards(charts));
    }

    private static Tag cards(List<Tag> charts) {
        return Tag.of("div").classed("cards").addAll(charts);
    }

    /** {@code loss.train} and {@code loss.heldOut} are drawn together; a curve without a dot stands alone. */
    private static Map<String, Map<String, List<Point>>> groups(Map<String, List<Point>> curves) {
        var groups = new LinkedHashMap<String, Map<String, List<Point>>>();
        curves.forEach((name, points) -> {
            if (!points.isEmpty()) {
                groups.computeIfAbsent(Words.group(name), ignored -> new LinkedHashMap<>())
                        .put(Words.of(Words.member(name)), points);
            }
        });
        return groups;
    }

    private static Tag chart(StageReport report, String group, Map<String, List<Point>> curves) {
        String quantity = Words.of(group);
        String title = report.stage() + ": " + quantity;
        Tag caption = Tag.of("figcaption").add(Tag.of("strong", title));
        if (curves.size() > 1) {
            Tag legend = Tag.of("span").classed("legend");
            int colour = 0;
            for (String name : curves.keySet()) {
                legend.add(
                        Tag.of("span").add(Tag.of("i").classed("k" + colour++)).text(name));
            }
            caption.add(legend);
        }
        return Tag.of("figure").add(caption, new LineChart(title, steps(report.stage()), quantity, curves).svg());
    }

    private static String steps(Stage stage) {
        return switch (stage) {
            case Data, Feature, Response, Evaluation -> "optimiser step";
            case Reinforcement -> "update";
            case Quantization -> "layer";
        };
    }
}
