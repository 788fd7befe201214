package dev.potstill.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.contract.StageReport.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TerminationMessageTest {
    private static final List<String> MODELS =
            List.of("Teacher", "Start", "Feature", "Response", "Reinforcement", "Quantized");

    private static StageReport report(List<Score> scores) {
        List<Point> curve = LongStream.range(0, 1000)
                .mapToObj(step -> new Point(step, 1.0 / (step + 1)))
                .toList();
        return new StageReport(
                Stage.Evaluation,
                "a".repeat(64),
                "b".repeat(64),
                12,
                Map.of("rows", 9L),
                Map.of("loss", 0.5),
                scores,
                Map.of("loss", curve));
    }

    private static Score score(Suite suite, String model) {
        return score(suite, model, null);
    }

    private static Score score(Suite suite, String model, Score.@Nullable Verdict verdict) {
        return new Score(suite, model, "81.25", "%", "89.90", "12.00", 1319, verdict);
    }

    /** In the order in which they are told. */
    private static List<Score> suiteBySuite(Score.@Nullable Verdict ofTheLast) {
        var scores = new ArrayList<Score>();
        for (Suite suite : Suite.values()) {
            for (String model : MODELS) {
                scores.add(score(suite, model, model.equals(MODELS.getLast()) ? ofTheLast : null));
            }
        }
        return scores;
    }

    private static StageReport read(TerminationMessage message) {
        assertThat(message.json().getBytes(UTF_8).length).isLessThanOrEqualTo(TerminationMessage.MAX_BYTES);
        return ((TerminationMessage.Finished)
                        TerminationMessage.parse(message.json()).orElseThrow())
                .report();
    }

    @Test
    void a_report_leaves_its_curves_behind_and_keeps_its_scores() {
        StageReport read =
                read(new TerminationMessage.Finished(report(List.of(score(Suite.GSM8K, "Response"))), false));

        assertThat(read.curves()).isEmpty();
        assertThat(read.scores()).hasSize(1);
        assertThat(read.measures()).containsEntry("loss", 0.5);
    }

    @Test
    void of_too_many_scores_those_of_the_compared_models_go_first() {
        StageReport read = read(new TerminationMessage.Finished(report(suiteBySuite(null)), true));

        assertThat(read.scores()).extracting(Score::model).contains("Quantized").doesNotContain("Start", "Teacher");
        assertThat(read.outputDigest()).isEqualTo("b".repeat(64));
    }

    @Test
    void of_too_many_scores_those_that_gates_are_on_stay() {
        StageReport read = read(new TerminationMessage.Finished(report(suiteBySuite(Score.Verdict.Fail)), true));

        assertThat(read.scores())
                .hasSizeGreaterThan(Suite.values().length)
                .filteredOn(score -> score.verdict() != null)
                .extracting(Score::suite)
                .containsExactly(Suite.values());
    }

    @Test
    void a_problem_comes_back_with_its_reason_and_code_however_long_it_is() {
        var message = TerminationMessage.of(Problem.unfit("\u20ac\n".repeat(3000)));

        assertThat(message.json().getBytes(UTF_8).length).isLessThanOrEqualTo(TerminationMessage.MAX_BYTES);
        var failure = ((TerminationMessage.Broken)
                        TerminationMessage.parse(message.json()).orElseThrow())
                .failure();
        assertThat(failure.exitCode()).isEqualTo(78);
        assertThat(failure.reason()).isEqualTo("WillNotFit");
    }

    @Test
    void a_long_one_is_cut_between_characters() {
        for (int before = 0; before < 2; before++) {
            var message = TerminationMessage.of(Problem.unfit("a".repeat(before) + "\ud83e\udd43".repeat(1000)));
            assertThat(UTF_8.newEncoder().canEncode(message.json())).isTrue();
        }
    }

    @Test
    void one_that_was_stopped_tells_how_long_that_takes() {
        Problem stopped = new Problem(ExitCode.STOPPED, "Response was stopped at a checkpoint");
        var message = TerminationMessage.of(stopped, Optional.of(12L));

        assertThat(TerminationMessage.parse(message.json())).contains(message);
    }

    @Test
    void a_message_cut_off_or_of_something_else_is_none() {
        assertThat(TerminationMessage.parse("{\"exitCode\"")).isEmpty();
        assertThat(TerminationMessage.parse("")).isEmpty();
    }
}
