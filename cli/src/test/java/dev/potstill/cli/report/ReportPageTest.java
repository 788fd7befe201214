package dev.potstill.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.api.StageStatus.Output;
import dev.potstill.manifest.Manifest;
import dev.potstill.pipeline.Decide;
import dev.potstill.pipeline.Observed.Ended;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Outcome;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Retries;
import dev.potstill.pipeline.Situation;
import dev.potstill.pipeline.Stamp;
import dev.potstill.pipeline.Standing.Finished;
import dev.potstill.pipeline.Standing.ToRun;
import dev.potstill.pipeline.Status;
import dev.potstill.pipeline.Tries;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class ReportPageTest {
    private static final String HOSTILE = "</code><script>alert('1')</script>&\"";
    private static final Made MADE = new Made("0.1.0", "f".repeat(64), "25.0.1", Instant.parse("2026-01-01T12:00:00Z"));

    @TempDir
    Path folder;

    private Manifest manifest;

    @BeforeEach
    void manifest() throws IOException {
        Path file = folder.resolve("run.yaml");
        Files.writeString(file, """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: word-problems}
                spec:
                  teachers: [{name: t, model: builtin://teacher}]
                  student: {model: builtin://start}
                  data: {sources: [{uri: builtin://problems, format: PromptJsonl}]}
                """);
        manifest = Manifest.read(file);
    }

    private static Planned finished(Stage stage) {
        return new Planned(
                stage, new Finished(new Output("stages/" + stage, "0f9e8d7c6b5a"), SampleReport.of(stage), false));
    }

    private String page(Plan plan, Situation now) {
        DistillationRunStatus status = Status.of(
                now, new Decide(Retries.STANDARD).next(now), new Stamp(Optional.empty(), MADE.at(), List.of()));
        return new ReportPage(manifest, plan, status, MADE).html();
    }

    private String finishedPage() {
        var plan = new Plan(
                List.of(Stage.values()).stream().map(ReportPageTest::finished).toList());
        return page(plan, new Situation(Execution.Running, plan, Map.of(), new Nothing()));
    }

    private String failedPage() {
        var plan = new Plan(List.of(
                finished(Stage.Data), new Planned(Stage.Feature, new ToRun("f".repeat(64), OptionalInt.empty()))));
        var failure = new Failure("Rejected", HOSTILE, 65);
        return page(
                plan,
                new Situation(
                        Execution.Running,
                        plan,
                        Map.of(Stage.Feature, new Tries(1, 0, Optional.of(failure))),
                        new Ended(Stage.Feature, new Outcome.Rejected(failure), Duration.ZERO)));
    }

    /** HTML that is also XML, but for the elements that never have an end. */
    private static Document parsed(String html) throws Exception {
        String xml = html.replace("<!doctype html>", "").replaceAll("<meta([^>]*)>", "<meta$1/>");
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    private static List<Element> all(Document document, String name) {
        var nodes = document.getElementsByTagName(name);
        var elements = new ArrayList<Element>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    @Test
    void a_page_needs_nothing_from_anywhere_else() throws IOException {
        String html = finishedPage();
        Files.writeString(Path.of("target/sample-report.html"), html);

        assertThat(html)
                .doesNotContain("http://", "https://", "<script", "<img", "<link", "url(", "@import")
                .contains("prefers-color-scheme: dark")
                .contains("width=device-width");
    }

    @Test
    void what_a_stage_warned_of_stands_with_the_stages() throws Exception {
        assertThat(all(parsed(finishedPage()), "li"))
                .extracting(Element::getTextContent)
                .containsOnlyOnce(SampleReport.WARNING);
    }

    @Test
    void every_chart_says_in_words_what_it_shows() throws Exception {
        List<Element> charts = all(parsed(finishedPage()), "svg");

        assertThat(charts).hasSize(3 + 4 + 7);
        assertThat(charts).allSatisfy(chart -> {
            assertThat(chart.getAttribute("role")).isEqualTo("img");
            assertThat(chart.getAttribute("aria-label")).matches("(?s).+[0-9].*");
        });
        assertThat(charts)
                .anySatisfy(chart -> assertThat(chart.getAttribute("aria-label"))
                        .isEqualTo(
                                "WordProblems. Start 4.3, Teacher 97.7, Feature 31.0, Response 84.7, Reinforcement 86.3 ✔,"
                                        + " Quantization 85.0 ✔ (percent)"));
    }

    @Test
    void curves_stay_within_their_chart_and_end_where_their_last_point_is() throws Exception {
        for (Element line : all(parsed(finishedPage()), "polyline")) {
            for (String point : line.getAttribute("points").split(" ")) {
                String[] xy = point.split(",");
                assertThat(Double.parseDouble(xy[0])).isBetween(70.0, 414.0);
                assertThat(Double.parseDouble(xy[1])).isBetween(16.0, 216.0);
            }
        }
    }

    @Test
    void a_bar_is_as_long_as_its_value_and_one_far_beyond_the_rest_is_cut() throws Exception {
        String html = new BarChart(
                        "t",
                        "u",
                        List.of(
                                new BarChart.Bar("a", 50, "50", "start"),
                                new BarChart.Bar("b", 100, "100", "teacher"),
                                new BarChart.Bar("c", 9000, "9000", "feature")),
                        BarChart.LET_VALUES_SAY)
                .svg()
                .toString();
        List<Element> bars = all(parsed(html), "rect");

        assertThat(width(bars.get(1))).isCloseTo(2 * width(bars.get(0)), within(0.2));
        assertThat(width(bars.get(2))).isLessThan(2.5 * width(bars.get(1)));
        assertThat(html).contains("class=\"cut\"").contains("9000");
    }

    private static double width(Element bar) {
        return Double.parseDouble(bar.getAttribute("width"));
    }

    @Test
    void what_a_failure_says_cannot_become_markup() throws Exception {
        String html = failedPage();

        assertThat(html).doesNotContain("<script").contains("&lt;script&gt;");
        assertThat(parsed(html).getDocumentElement().getTextContent())
                .contains(HOSTILE)
                .contains("Failed");
    }

    @Test
    void a_page_shows_scores_times_digests_settings_and_versions() throws Exception {
        String text = parsed(finishedPage()).getDocumentElement().getTextContent();

        assertThat(text)
                .contains("word-problems")
                .contains("1m44s")
                .contains("no reasoning")
                .contains("a1b2c3d4e5f6")
                .contains("temperature: \"2.0\"")
                .contains("Potstill 0.1.0 · trainer ffffffffffff · Java 25.0.1");
    }

    @Test
    void a_data_card_tells_of_sources_teachers_steps_and_the_mix() throws Exception {
        String text = parsed(finishedPage()).getDocumentElement().getTextContent();

        assertThat(text)
                .contains("file:///data/gsm8k/train.jsonl", "mit", "not stated", "3f1c3f1c3f1c")
                .contains("small", "35,840", "6,840,221", "14.20 USD", "15.74 USD")
                .contains("51,200 of 52,000", "8,214 wrong", "near duplicate", "French")
                .contains("3,861 of 19,305 rows are not in English (asked for: 20 %)", "20.0 %");
    }

    @Test
    void an_axis_goes_from_round_tick_to_round_tick() {
        Scale scale = Scale.around(0, 97.7, 4);

        assertThat(scale.ticks().stream().map(scale::label)).containsExactly("0", "50", "100");
        assertThat(Scale.around(0.001, 0.0199, 5).ticks().stream().map(Scale.around(0.001, 0.0199, 5)::label))
                .containsExactly("0.000", "0.005", "0.010", "0.015", "0.020");
        assertThat(Scale.around(3, 3, 4).ticks()).containsExactly(0.0, 1.0, 2.0, 3.0);
        Scale fine = Scale.around(-0.0102, -0.0095, 4);
        assertThat(fine.ticks().stream().map(fine::label)).doesNotHaveDuplicates();
        assertThat(Scale.aroundWhole(1, 2, 6).ticks()).containsExactly(1.0, 2.0);
    }
}
