package dev.potstill.cli.report;

import dev.potstill.api.Stage;
import dev.potstill.cli.report.BarChart.Bar;
import dev.potstill.contract.DataCard;
import dev.potstill.contract.StageReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the student learnt from: the data card, and whatever else the stage counted. */
record DataSection(List<StageReport> reports) {
    /** Groups of counts that a card tells of in its own way. */
    private static final Set<String> IN_CARD =
            Set.of("rows", "graded", "dropped", "prompts", "sampled", "contrastive", "unasked", "language");

    List<Tag> tags() {
        return reports.stream()
                .filter(report ->
                        report.stage() == Stage.Data && !report.counts().isEmpty())
                .map(DataSection::section)
                .toList();
    }

    private static Tag section(StageReport report) {
        DataCard card = report.card();
        Map<String, List<Bar>> groups = groups(report.counts());
        if (card != null) {
            groups.keySet().removeAll(IN_CARD);
        }
        Tag figures = Tag.of("dl").classed("figures");
        Tag charts = Tag.of("div").classed("cards");
        Tag section = Tag.of("section").set("id", "data").add(Tag.of("h2", "Data"), figures, charts);
        if (card != null) {
            figures.addAll(new CardFigures(card, report.counts()).tags());
            charts.addAll(new CardCharts(card).tags());
            section.addAll(new CardTables(card).tags());
        }
        groups.forEach((group, bars) -> {
            if (bars.size() == 1) {
                figures.add(figure(group, bars.getFirst()));
            } else {
                charts.add(new BarChart(Words.title(group), "rows", bars, BarChart.LET_VALUES_SAY).figure());
            }
        });
        return section;
    }

    private static Map<String, List<Bar>> groups(Map<String, Long> counts) {
        var groups = new LinkedHashMap<String, List<Bar>>();
        counts.forEach((name, count) -> groups.computeIfAbsent(Words.group(name), any -> new ArrayList<>())
                .add(new Bar(Words.of(Words.member(name)), count, Words.whole(count), "plain")));
        return groups;
    }

    /** Of a group of one there is nothing to compare. */
    private static Tag figure(String group, Bar only) {
        String name = Words.title(group).equalsIgnoreCase(only.name()) ? "" : ", " + only.name();
        return new Figure(Words.title(group) + name, only.shown()).tag();
    }
}
