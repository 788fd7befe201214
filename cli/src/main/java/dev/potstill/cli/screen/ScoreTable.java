package dev.potstill.cli.screen;

import dev.potstill.api.Score;
import dev.potstill.api.Suite;
import dev.potstill.cli.report.Scores;
import dev.potstill.pipeline.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Scores as text: a row a model, in the order they were made, and a column a suite. */
public record ScoreTable(Scores scores) {

    /** The table, the times, and the gates that were missed. */
    public void show(Terminal terminal) {
        var out = terminal.out();
        out.print(text());
        out.println();
        out.println("Time    " + times());
        scores.missed()
                .forEach(score -> out.println(terminal.red("Gate    ")
                        + "%s of %s is %s: below its gate"
                                .formatted(score.suite(), score.model(), Summary.valueAndUnit(score))));
    }

    public String text() {
        var rows = new ArrayList<List<String>>();
        var head = new ArrayList<>(List.of("", "time"));
        var units = new ArrayList<>(List.of("", ""));
        for (Suite suite : scores.suites()) {
            head.add(suite.name());
            units.add(scores.unit(suite));
        }
        rows.add(head);
        rows.add(units);
        for (String model : scores.models()) {
            var row = new ArrayList<>(
                    List.of(model, scores.seconds(model).map(Summary::duration).orElse("")));
            scores.suites()
                    .forEach(suite -> row.add(
                            scores.score(model, suite).map(ScoreTable::cell).orElse("-")));
            rows.add(row);
        }
        return new Table(rows, true).text();
    }

    private static String cell(Score score) {
        Score.Verdict verdict = score.verdict();
        return verdict == null ? score.value() : score.value() + (verdict == Score.Verdict.Pass ? " ✔" : " ✘");
    }

    /** How long each stage worked, and all of them together. */
    public String times() {
        String each = scores.secondsByStage().entrySet().stream()
                .map(entry -> entry.getKey() + " " + Summary.duration(entry.getValue()))
                .collect(Collectors.joining(" · "));
        return "%s · all %s".formatted(each, Summary.duration(scores.secondsInAll()));
    }
}
