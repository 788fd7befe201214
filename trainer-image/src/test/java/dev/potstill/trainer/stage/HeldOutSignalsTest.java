package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageEstimate;
import dev.potstill.trainer.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the teacher says of held-out rows is kept where there is room, and computed anew where not. */
class HeldOutSignalsTest {
    @TempDir
    Path folder;

    private RunToScore run;

    @BeforeEach
    void make() throws IOException {
        run = new RunToScore(folder);
        new TinyLlama(1, 256, 4, 2, 24, 0.1).save(folder.resolve("teacher"), 1);
        run.holdOut(60);
    }

    @Test
    void where_there_is_no_room_the_teacher_reads_held_out_rows_again_for_each_model() throws IOException {
        String compared = "suites: [Perplexity, Divergence]";
        StageContext roomy = run.context("roomy", compared);
        long states = signals(roomy);
        assertThat(states).isGreaterThan(1_000_000);
        List<Score> kept = new EvaluationStage().make(roomy).scores();
        assertThat(run.warnings).isEmpty();
        assertThat(kept(roomy)).isBetween(states * 9 / 10, states);
        assertThat(signals(roomy)).isZero();

        run.cacheSize = "1M";
        StageContext narrow = run.context("narrow", compared);
        StageEstimate estimate = estimate(narrow);
        assertThat(estimate.disk()).containsEntry("signals", 0L);
        assertThat(estimate.memory()).containsKey("teacher's activations");
        List<Score> computed = new EvaluationStage().make(narrow).scores();
        assertThat(run.warnings)
                .isEqualTo(estimate.warnings())
                .singleElement()
                .asString()
                .contains("spec.workspace.cacheSize: found 1M", "held-out rows", "computed anew");
        assertThat(kept(narrow)).isZero();
        assertThat(computed).hasSameSizeAs(kept);
        for (int i = 0; i < kept.size(); i++) {
            assertThat(computed.get(i).model()).isEqualTo(kept.get(i).model());
            assertThat(Double.parseDouble(computed.get(i).value()))
                    .isCloseTo(Double.parseDouble(kept.get(i).value()), withinPercentage(0.01));
        }
    }

    @Test
    void a_teacher_read_layer_by_layer_needs_room_unless_it_is_scored_and_so_open_as_a_whole() throws IOException {
        run.residency = "Streamed";
        run.cacheSize = "1M";
        StageContext compared = run.context("compared", "suites: [Divergence], compareWith: [Start]");
        for (ThrowingCallable work : List.<ThrowingCallable>of(
                () -> new EvaluationStage().make(compared),
                () -> SignalForecast.of(Stage.Evaluation, Shapes.withoutRows(compared))
                        .require())) {
            assertThatExceptionOfType(Problem.class)
                    .isThrownBy(work)
                    .withMessageContaining("spec.workspace.cacheSize: found 1M")
                    .withMessageContaining(StageSignals.STREAMED)
                    .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT));
        }
        StageContext scored = run.context("scored", "suites: [Divergence], compareWith: [Teacher]");
        assertThat(new EvaluationStage().make(scored).scores()).hasSize(2);
        assertThat(run.warnings).singleElement().asString().contains("computed anew");
    }

    private static StageEstimate estimate(StageContext context) {
        return Forecast.of(Stage.Evaluation, Shapes.withoutRows(context), true).estimate();
    }

    private static long signals(StageContext context) {
        return Objects.requireNonNullElse(estimate(context).disk().get("signals"), 0L);
    }

    /** Bytes of the signals that are kept. */
    private static long kept(StageContext context) throws IOException {
        try (Stream<Path> files = Files.walk(context.workspace().cache().resolve("signals"))) {
            return files.filter(
                            file -> file.getParent().getFileName().toString().startsWith("held-out-"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void what_is_kept_is_read_again_where_there_is_no_room_for_more() throws IOException {
        new EvaluationStage().make(run.context("workspace", "suites: [Divergence]"));
        run.cacheSize = "1M";
        StageContext again = run.context("workspace", "suites: [Divergence], compareWith: [Start]");
        assertThat(estimate(again).warnings()).isEmpty();
        new EvaluationStage().make(again);
        assertThat(run.warnings).isEmpty();
    }
}
