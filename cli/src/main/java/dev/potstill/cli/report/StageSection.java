package dev.potstill.cli.report;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.StageStatus;
import dev.potstill.contract.StageReport;
import dev.potstill.pipeline.Summary;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Each stage: how it ended, how long it worked, what it was made from and what it made. */
record StageSection(DistillationRunStatus status, List<StageReport> reports) {
    private static final int SHORT_DIGEST = 12;

    Tag tag() {
        Tag head = Tag.of("tr");
        for (String column : List.of("Stage", "State", "Time", "Attempts", "Input digest", "Output digest")) {
            head.add(Tag.of("th", column).set("scope", "col"));
        }
        Tag body = Tag.of("tbody")
                .addAll(status.stages().stream().map(StageSection::row).toList());
        return Tag.of("section")
                .add(
                        Tag.of("h2", "Stages"),
                        Tag.of("div")
                                .classed("scroll")
                                .add(Tag.of("table").add(Tag.of("thead").add(head), body)))
                .addAll(reports.stream()
                        .filter(report -> !report.warnings().isEmpty())
                        .map(StageSection::warnings)
                        .toList())
                .addAll(reports.stream()
                        .filter(report ->
                                !report.counts().isEmpty() || !report.measures().isEmpty())
                        .map(StageSection::numbers)
                        .toList());
    }

    private static Tag warnings(StageReport report) {
        return Tag.of("div")
                .classed("warnings")
                .add(Tag.of("h3", report.stage() + " warns"))
                .add(Tag.of("ul")
                        .addAll(report.warnings().stream()
                                .map(warning -> Tag.of("li", warning))
                                .toList()));
    }

    private static Tag row(StageStatus stage) {
        Tag state = Tag.of("td", stage.state().name());
        StageStatus.Failure failure = stage.lastFailure();
        if (failure != null) {
            state.add(Tag.of("p", failure.message()).classed("bad"));
        }
        var attempts = stage.attempts();
        String tries = attempts.failed() + attempts.preempted() == 0
                ? "–"
                : "%d failed, %d stopped".formatted(attempts.failed(), attempts.preempted());
        return Tag.of("tr")
                .add(
                        Tag.of("th", stage.name().name()).set("scope", "row"),
                        state,
                        Tag.of(
                                "td",
                                Optional.ofNullable(stage.seconds())
                                        .map(Summary::duration)
                                        .orElse("–")),
                        Tag.of("td", tries),
                        digest(Optional.ofNullable(stage.inputDigest())),
                        digest(Optional.ofNullable(stage.output()).map(StageStatus.Output::digest)));
    }

    private static Tag digest(Optional<String> digest) {
        return digest.map(full -> Tag.of("td")
                        .add(Tag.of("code", full.substring(0, Math.min(SHORT_DIGEST, full.length())))
                                .set("title", full)))
                .orElseGet(() -> Tag.of("td", "–"));
    }

    private static Tag numbers(StageReport report) {
        Tag body = Tag.of("tbody");
        report.counts().forEach((name, count) -> body.add(number(name, Words.whole(count))));
        report.measures().forEach((name, value) -> body.add(number(name, String.format(Locale.ROOT, "%.6g", value))));
        return Tag.of("details")
                .add(
                        Tag.of("summary", report.stage() + " in numbers"),
                        Tag.of("table").classed("numbers").add(body));
    }

    private static Tag number(String name, String value) {
        return Tag.of("tr")
                .add(Tag.of("th", Words.of(name.replace(".", ": "))).set("scope", "row"), Tag.of("td", value));
    }
}
