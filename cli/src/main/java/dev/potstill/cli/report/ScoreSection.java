package dev.potstill.cli.report;

import dev.potstill.api.Score;
import dev.potstill.api.Suite;
import dev.potstill.cli.report.BarChart.Bar;
import dev.potstill.pipeline.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A chart a suite, and all scores in a table. */
record ScoreSection(Scores scores) {
    private static final double PERCENT = 100;

    List<Tag> tags() {
        if (scores.all().isEmpty()) {
            return List.of();
        }
        return List.of(Tag.of("section")
                .add(
                        Tag.of("h2", "Scores"),
                        Tag.of("div")
                                .classed("cards")
                                .addAll(scores.suites().stream()
                                        .map(this::chart)
                                        .toList()),
                        Tag.of("div").classed("scroll").add(table())));
    }

    private Tag chart(Suite suite) {
        var bars = new ArrayList<Bar>();
        int samples = 0;
        for (String model : scores.models()) {
            for (Score score : scores.score(model, suite).stream().toList()) {
                bars.add(bar(score));
                samples = Math.max(samples, score.samples());
            }
        }
        String unit = scores.unit(suite);
        var chart = new BarChart(
                suite.name(),
                unit,
                bars,
                unit.equals("percent") || unit.equals("%") ? PERCENT : BarChart.LET_VALUES_SAY);
        return chart.figure(Tag.of(
                "span", "%s is better · %,d samples".formatted(Scores.isLessBetter(suite) ? "less" : "more", samples)));
    }

    private static Bar bar(Score score) {
        Score.Verdict verdict = score.verdict();
        String mark = verdict == null ? "" : verdict == Score.Verdict.Pass ? " ✔" : " ✘";
        return new Bar(
                score.model(),
                number(score.value()),
                score.value() + mark,
                score.model().toLowerCase(Locale.ROOT));
    }

    private static double number(String decimal) {
        try {
            return Double.parseDouble(decimal);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private Tag table() {
        Tag head = Tag.of("tr")
                .add(
                        Tag.of("th", "Model").set("scope", "col"),
                        Tag.of("th", "Time").set("scope", "col"));
        scores.suites()
                .forEach(suite -> head.add(
                        Tag.of("th", suite.name()).set("scope", "col").add(Tag.of("small", scores.unit(suite)))));
        Tag body = Tag.of("tbody");
        for (String model : scores.models()) {
            Tag row = Tag.of("tr")
                    .add(
                            Tag.of("th", model).set("scope", "row"),
                            Tag.of(
                                    "td",
                                    scores.seconds(model).map(Summary::duration).orElse("–")));
            scores.suites()
                    .forEach(suite -> row.add(
                            scores.score(model, suite).map(ScoreSection::cell).orElseGet(() -> Tag.of("td", "–"))));
            body.add(row);
        }
        return Tag.of("table").classed("numbers").add(Tag.of("thead").add(head), body);
    }

    private static Tag cell(Score score) {
        Tag cell = Tag.of("td", score.value());
        Score.Verdict verdict = score.verdict();
        if (verdict != null) {
            boolean pass = verdict == Score.Verdict.Pass;
            cell.add(Tag.of("span", pass ? " ✔ pass" : " ✘ below gate").classed(pass ? "good" : "bad"));
        }
        return cell;
    }
}
