package dev.potstill.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.contract.StageReport;
import dev.potstill.manifest.Manifest;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Standing.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The page: what came of a run, how its losses went, what it was trained on, and how to make it again. */
public record ReportPage(Manifest manifest, Plan plan, DistillationRunStatus status, Made made) {

    public String html() {
        List<StageReport> reports = plan.stages().stream()
                .map(Planned::standing)
                .flatMap(standing -> standing instanceof Finished done ? Stream.of(done.report()) : Stream.empty())
                .toList();
        var scores = Scores.of(plan);
        var body = Tag.of("main")
                .add(new Head(manifest.name(), status, scores).tag())
                .addAll(new ScoreSection(scores).tags())
                .addAll(new CurveSection(reports).tags())
                .addAll(new DataSection(reports).tags())
                .add(new StageSection(status, reports).tag())
                .add(new SettingSection(manifest.yaml(), made).tag());
        return "<!doctype html>\n"
                + Tag.of("html").set("lang", "en").add(head(), Tag.of("body").add(body)) + "\n";
    }

    private Tag head() {
        return Tag.of("head")
                .add(
                        Tag.of("meta").set("charset", "utf-8"),
                        Tag.of("meta").set("name", "viewport").set("content", "width=device-width, initial-scale=1"),
                        Tag.of("meta")
                                .set("http-equiv", "Content-Security-Policy")
                                .set("content", "default-src 'none'; style-src 'unsafe-inline'"),
                        Tag.of("meta").set("name", "color-scheme").set("content", "light dark"),
                        Tag.of("title", manifest.name() + " · Potstill"),
                        Tag.of("style", style()));
    }

    private static String style() {
        try (var css = Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
            return new String(css.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
