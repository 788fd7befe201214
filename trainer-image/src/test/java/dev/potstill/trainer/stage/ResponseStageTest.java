package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageReport.Point;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.run.Stopped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the response stage minimises, and on which rows; on tiny random Llamas. */
class ResponseStageTest {
    @TempDir
    Path folder;

    private TrainingRun run;

    @BeforeEach
    void makeModelsAndRows() throws IOException {
        run = TrainingRun.in(folder);
    }

    private StageWork.Made make(String workspace, String response) throws IOException {
        return new ResponseStage().make(run.context(Stage.Response, workspace, Map.of("response", response)));
    }

    private static double first(StageWork.Made made) {
        return made.measures().get("loss.first");
    }

    private static double last(StageWork.Made made) {
        return made.measures().get("loss.last");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'divergence': 'ReverseKL'}",
                "{'divergence': 'SkewedKL'}",
                "{'divergence': 'SkewedReverseKL', 'skew': '0.2'}",
                "{'divergence': 'JensenShannon', 'beta': '0.3'}",
                "{'divergence': 'TotalVariation'}",
                "{'divergence': 'ForwardKL', 'tail': 'Dropped'}",
                "{'divergence': 'ForwardKL', 'tail': 'OneToken'}",
                "{'crossEntropyPercent': 50}",
                "{'onPolicyPercent': 50}"
            })
    void whatIsMinimisedFalls(String response) throws IOException {
        StageWork.Made made = make("run", response.replace('\'', '"'));
        assertThat(last(made)).isLessThan(0.95 * first(made));
    }

    @Test
    void theTargetOfTheInterpolatedDivergenceMovesAway() throws IOException {
        double whole = first(make("whole", "{\"divergence\": \"ForwardKL\"}"));
        StageWork.Made made = make("run", "{\"divergence\": \"Interpolated\"}");
        assertThat(first(made)).isLessThan(0.5 * whole);
        double last = last(make("to-the-end", "{\"divergence\": \"Interpolated\", \"interpolationStart\": \"1\"}"));
        assertThat(last).isCloseTo(last(make("forward", "{\"divergence\": \"ForwardKL\"}")), offset(1e-5));
    }

    @Test
    void theTermsOfAMixtureAddUp() throws IOException {
        StageWork.Made made = make("run", "{\"crossEntropyPercent\": 25}");
        Map<String, List<Point>> curves = made.curves();
        assertThat(curves).containsKeys("loss", "divergence", "crossEntropy");
        for (int step = 0; step < curves.get("loss").size(); step++) {
            double sum = 0.75 * curves.get("divergence").get(step).value()
                    + 0.25 * curves.get("crossEntropy").get(step).value();
            assertThat(curves.get("loss").get(step).value()).isCloseTo(sum, offset(1e-5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 100})
    void stoppedAndResumedTheStudentWritesTheSameAnswers(int percent) throws IOException {
        Map<String, String> settings = Map.of("response", "{\"onPolicyPercent\": %d}".formatted(percent));
        StageContext whole = run.context(Stage.Response, "whole", settings);
        new ResponseStage().make(whole);
        for (int look : new int[] {5, 5}) {
            StageContext attempt = run.stopping(Stage.Response, "pieces", settings, look);
            assertThatThrownBy(() -> new ResponseStage().make(attempt)).isInstanceOf(Stopped.class);
        }
        StageContext resumed = run.context(Stage.Response, "pieces", settings);
        new ResponseStage().make(resumed);
        assertThat(TrainingRun.weights(resumed)).isEqualTo(TrainingRun.weights(whole));
    }

    @Test
    void answersOfTheStudentsOwnTakeThePlaceOfTheDatas() throws IOException {
        // A random student seldom ends an answer: its own are longer than 5 tokens, and never longer than the limit.
        long none = make("none", "{\"onPolicyPercent\": 0}").counts().get("tokens");
        long all = make("all", "{\"onPolicyPercent\": 100, \"onPolicyMaxTokens\": 1}")
                .counts()
                .get("tokens");
        assertThat(all).isLessThan(none);
    }

    @Test
    void aStudentWithATokenizerOfItsOwnLearnsFromSortedProbabilities() throws IOException {
        new TinyLlama(2, 16, 4, 2, 24, 0.3).save(folder.resolve("start"), 2, TrainingRun.characters());
        Map<String, String> settings = Map.of(
                "response", "{\"divergence\": \"ULD\", \"topK\": 30}",
                "training", "{\"maxLength\": 400}",
                "evaluation", "{\"suites\": [\"Perplexity\"]}");
        StageContext context = run.context(Stage.Response, "run", settings);
        Suitability.of(context).check();
        StageWork.Made made = new ResponseStage().make(context);
        assertThat(last(made)).isLessThan(0.95 * first(made));
        List<Point> distances = made.curves().getOrDefault("divergence", List.of());
        assertThat(distances.getLast().value()).isLessThan(distances.getFirst().value());
        assertThat(made.curves()).containsKey("crossEntropy");
    }

    @Test
    void withoutItATokenizerOfItsOwnIsRefusedBeforeAnyWork() throws IOException {
        new TinyLlama(2, 16, 4, 2, 24, 0.3).save(folder.resolve("start"), 2, TrainingRun.characters());
        StageContext context = run.context(Stage.Response, "run", Map.of());
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> Suitability.of(context).check())
                .withMessageContaining("set spec.response.divergence: ULD")
                .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT));
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> new ResponseStage().make(context))
                .withMessageContaining("vocab_size: found 100")
                .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT));
    }
}
