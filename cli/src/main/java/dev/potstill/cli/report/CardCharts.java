package dev.potstill.cli.report;

import dev.potstill.cli.report.BarChart.Bar;
import dev.potstill.contract.DataCard;
import dev.potstill.contract.DataCard.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a data card counts, as charts. */
record CardCharts(DataCard card) {
    private static final int MOST_BARS = 12;

    List<Tag> tags() {
        List<Tag> charts = new ArrayList<>();
        add(charts, "Rows after each step", "rows", steps());
        add(charts, "Dropped, by reason", "rows or answers", most(dropped()));
        add(charts, "Difficulty", "rows", card.grades());
        add(
                charts,
                "Teacher's perplexity of the answers",
                "rows",
                ranges(card.perplexity().ranges()));
        add(charts, "Length in tokens", "rows", lengths());
        add(charts, "Language", "rows", most(languages()));
        add(charts, "Different right paths per prompt", "prompts", card.paths().byCount());
        return charts;
    }

    private Map<String, Long> steps() {
        Map<String, Long> rows = new LinkedHashMap<>();
        rows.put("read", card.steps().isEmpty() ? 0 : card.steps().getFirst().in());
        for (Step step : card.steps()) {
            rows.put("after " + Words.of(step.name()), step.out());
        }
        return rows;
    }

    private Map<String, Long> dropped() {
        Map<String, Long> dropped = new LinkedHashMap<>();
        card.steps()
                .forEach(step -> step.dropped()
                        .forEach((reason, count) -> dropped.merge(Words.reason(reason), count, Long::sum)));
        return dropped;
    }

    private Map<String, Long> lengths() {
        Map<String, Long> named = new LinkedHashMap<>();
        card.lengths().forEach((range, count) -> named.put(range.replace("<=", "up to "), count));
        return named;
    }

    private static Map<String, Long> ranges(Map<String, Long> counts) {
        Map<String, Long> named = new LinkedHashMap<>();
        counts.forEach((range, count) -> named.put(range.replace("-", " – "), count));
        return named;
    }

    /** By the languages' names rather than their codes. */
    private Map<String, Long> languages() {
        Map<String, Long> named = new LinkedHashMap<>();
        card.languages().forEach((code, count) -> {
            String name = Locale.of(code).getDisplayLanguage(Locale.ENGLISH);
            named.merge(code.equals("unknown") || name.isEmpty() ? code : name, count, Long::sum);
        });
        return named;
    }

    /** The largest, and all others as one. */
    private static Map<String, Long> most(Map<String, Long> counts) {
        Map<String, Long> shown = new LinkedHashMap<>();
        List<Map.Entry<String, Long>> sorted = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .toList();
        for (int i = 0; i < sorted.size(); i++) {
            boolean fits = sorted.size() <= MOST_BARS || i < MOST_BARS - 1;
            shown.merge(fits ? sorted.get(i).getKey() : "others", sorted.get(i).getValue(), Long::sum);
        }
        return shown;
    }

    private static void add(List<Tag> charts, String title, String unit, Map<String, Long> counts) {
        if (counts.isEmpty()) {
            return;
        }
        List<Bar> bars = counts.entrySet().stream()
                .map(entry -> new Bar(entry.getKey(), entry.getValue(), Words.whole(entry.getValue()), "plain"))
                .toList();
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        charts.add(new BarChart(title, unit, bars, most).figure());
    }
}
