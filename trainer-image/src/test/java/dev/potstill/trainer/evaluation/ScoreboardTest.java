package dev.potstill.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Score;
import dev.potstill.api.Score.Verdict;
import dev.potstill.api.Suite;
import dev.potstill.contract.Problem;
import dev.potstill.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreboardTest {
    private static final String ALL = "Data, Feature, Response, Reinforcement, Quantization, Evaluation";

    @TempDir
    Path folder;

    private DistillationRunSpec spec(String stages, String gates) throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: scored}
                spec:
                  teachers: [{name: big, model: builtin://word-problem-teacher}]
                  student: {model: builtin://word-problem-teacher}
                  data: {sources: [{uri: builtin://word-problems}]}
                  stages: [%s]
                  evaluation: {suites: [WordProblems, Perplexity, Divergence]}
                  quantization: {maxAccuracyLossPercent: 3}
                  gates: [%s]
                """.formatted(stages, gates));
        return Manifest.read(file).spec();
    }

    private static Result accuracy(String model, double percent) {
        return new Result(Suite.WordProblems, model, percent, 400, 12_000);
    }

    private static Result perplexity(String model, double value) {
        return new Result(Suite.Perplexity, model, value, 50, 1_000);
    }

    private static Optional<Verdict> verdict(DistillationRunSpec spec, String model, Result... results) {
        return new Scoreboard(spec, List.of(results))
                .scores().stream()
                        .filter(score -> score.model().equals(model))
                        .findFirst()
                        .flatMap(score -> Optional.ofNullable(score.verdict()));
    }

    @Test
    void a_score_stands_beside_the_teachers_and_the_starts_and_is_rounded_for_people() throws IOException {
        List<Result> results = List.of(
                accuracy("Start", 4.25),
                accuracy("Response", 81.25),
                accuracy("Teacher", 97.75),
                perplexity("Start", 12_345),
                perplexity("Response", 1.23456),
                perplexity("Teacher", 1),
                new Result(Suite.Divergence, "Start", 2.5, 50, 1_000),
                new Result(Suite.Divergence, "Response", 0.01234567, 50, 1_000));
        assertThat(new Scoreboard(spec("Data, Response, Evaluation", ""), results).scores())
                .containsExactly(
                        new Score(Suite.WordProblems, "Start", "4.3", "%", "97.8", "4.3", 400, null),
                        new Score(Suite.WordProblems, "Response", "81.3", "%", "97.8", "4.3", 400, null),
                        new Score(Suite.WordProblems, "Teacher", "97.8", "%", "97.8", "4.3", 400, null),
                        new Score(Suite.Perplexity, "Start", "12300", "", "1.00", "12300", 50, null),
                        new Score(Suite.Perplexity, "Response", "1.23", "", "1.00", "12300", 50, null),
                        new Score(Suite.Perplexity, "Teacher", "1.00", "", "1.00", "12300", 50, null),
                        new Score(Suite.Divergence, "Start", "2.5000", "nats", null, "2.5000", 50, null),
                        new Score(Suite.Divergence, "Response", "0.0123", "nats", null, "2.5000", 50, null));
    }

    @ParameterizedTest
    @CsvSource({"80, Pass", "79.9, Fail", "100, Pass"})
    void a_gate_is_for_the_model_of_the_last_training_stage_alone(double percent, Verdict expected) throws IOException {
        DistillationRunSpec gated = spec(ALL, "{suite: WordProblems, minPercentOfTeacher: 80}");
        Map<String, Double> scores =
                Map.of("Start", 4.0, "Feature", 10.0, "Response", 70.0, "Reinforcement", percent, "Teacher", 100.0);
        List<Result> results = new ArrayList<>();
        scores.forEach((model, score) -> results.add(accuracy(model, score)));
        Result[] all = results.toArray(Result[]::new);
        assertThat(verdict(gated, "Reinforcement", all)).contains(expected);
        assertThat(List.of("Start", "Feature", "Response", "Teacher"))
                .allMatch(model -> verdict(gated, model, all).isEmpty());
    }

    @Test
    void a_gate_is_judged_before_rounding() throws IOException {
        DistillationRunSpec gated = spec(ALL, "{suite: WordProblems, minScore: 80}");
        assertThat(verdict(gated, "Reinforcement", accuracy("Reinforcement", 79.99)))
                .contains(Verdict.Fail);
        assertThat(verdict(gated, "Reinforcement", accuracy("Reinforcement", 80)))
                .contains(Verdict.Pass);
    }

    @Test
    void of_perplexity_less_is_better_and_half_as_good_is_twice_as_much() throws IOException {
        DistillationRunSpec share = spec(ALL, "{suite: Perplexity, minPercentOfTeacher: 50}");
        Result teacher = perplexity("Teacher", 3);
        assertThat(verdict(share, "Reinforcement", perplexity("Reinforcement", 6), teacher))
                .contains(Verdict.Pass);
        assertThat(verdict(share, "Reinforcement", perplexity("Reinforcement", 6.1), teacher))
                .contains(Verdict.Fail);
        DistillationRunSpec most = spec(ALL, "{suite: Perplexity, minScore: 4}");
        assertThat(verdict(most, "Reinforcement", perplexity("Reinforcement", 3.9)))
                .contains(Verdict.Pass);
        assertThat(verdict(most, "Reinforcement", perplexity("Reinforcement", 4.1)))
                .contains(Verdict.Fail);
    }

    @ParameterizedTest
    @CsvSource({"82, Pass", "79, Pass", "78.9, Fail"})
    void quantisation_may_cost_three_points_of_the_model_before_it(double percent, Verdict expected)
            throws IOException {
        Result[] results = {
            accuracy("Response", 95), accuracy("Reinforcement", 82), accuracy("Quantization", percent),
        };
        assertThat(verdict(spec(ALL, ""), "Quantization", results)).contains(expected);
        assertThat(verdict(spec(ALL, ""), "Reinforcement", results)).isEmpty();
    }

    @Test
    void a_quantised_start_model_is_compared_with_the_start_and_takes_the_gates_itself() throws IOException {
        DistillationRunSpec gated = spec("Data, Quantization, Evaluation", "{suite: WordProblems, minScore: 50}");
        assertThat(verdict(gated, "Quantization", accuracy("Start", 60), accuracy("Quantization", 58)))
                .contains(Verdict.Pass);
        assertThat(verdict(gated, "Quantization", accuracy("Start", 60), accuracy("Quantization", 56)))
                .contains(Verdict.Fail);
        assertThat(verdict(gated, "Quantization", accuracy("Start", 50), accuracy("Quantization", 49)))
                .contains(Verdict.Fail);
        assertThat(verdict(gated, "Quantization", accuracy("Quantization", 51))).contains(Verdict.Pass);
    }

    @Test
    void a_perplexity_has_no_points_to_lose() throws IOException {
        assertThat(verdict(
                        spec(ALL, ""), "Quantization", perplexity("Reinforcement", 2), perplexity("Quantization", 200)))
                .isEmpty();
    }

    @Test
    void a_share_of_the_teachers_divergence_can_never_be_judged() throws IOException {
        DistillationRunSpec gated = spec(ALL, "{suite: Divergence, minPercentOfTeacher: 90}");
        assertThatThrownBy(() -> Scoreboard.requireGates(gated))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("spec.gates[0].minPercentOfTeacher");
    }
}
