package dev.potstill.cli.report;

import dev.potstill.api.Stage;
import dev.potstill.cli.report.BarChart.Bar;
import dev.potstill.contract.StageReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the student learnt from: how many rows of each grade, and how many were dropped and why. */
record DataSection(List<StageReport> reports) {

    List<Tag> tags() {
        return reports.stream()
                .filter(report ->
                        report.stage() == Stage.Data && !report.counts().isEmpty())
                .map(DataSection::section)
                .toList();
    }

    private static Tag section(StageReport report) {
        Tag figures = Tag.of("dl").classed("figures");
        var groups = new LinkedHashMap<String, List<Bar>>();
        report.counts().forEach((name, count) -> {
            if (Words.isGrouped(name)) {
                groups.computeIfAbsent(Words.group(name), ignored -> new ArrayList<>())
                        .add(new Bar(Words.of(Words.member(name)), count, Words.whole(count), "plain"));
            } else {
                figures.add(Tag.of("div").add(Tag.of("dt", Words.title(name)), Tag.of("dd", Words.whole(count))));
            }
        });
        Tag charts = Tag.of("div").classed("cards");
        for (Map.Entry<String, List<Bar>> group : groups.entrySet()) {
            String title = Words.title(group.getKey());
            charts.add(Tag.of("figure")
                    .add(
                            Tag.of("figcaption").add(Tag.of("strong", title)),
                            new BarChart(title, "rows", group.getValue(), -1).svg()));
        }
        return Tag.of("section").add(Tag.of("h2", "Data"), figures, charts);
    }
}
