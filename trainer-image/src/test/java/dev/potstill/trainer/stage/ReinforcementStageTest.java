package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Reinforcement;
import dev.potstill.api.Stage;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.StageReport.Point;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reinforcement on a tiny random Llama, by each algorithm. */
class ReinforcementStageTest {
    private static final TinyLlama TEACHER = new TinyLlama(4, 16, 4, 2, 24, 0.3);
    private static final String GRPO = "\"algorithm\": \"GRPO\"";
    private static final String MINI_LLM = "\"algorithm\": \"MiniLLM\"";
    private static final String ADAPTIVE =
            "\"klController\": {\"kind\": \"Adaptive\", \"target\": \"0.001\", \"horizon\": 16}, "
                    + "\"ppo\": {\"valueStart\": \"0.3\", \"valueLearningRate\": \"2e-2\", \"valueOnlyUpdates\": 1}";

    private static final String ONE_UPDATE = ", one update";

    @TempDir
    Path folder;

    @BeforeEach
    void makeModelsAndRows() throws IOException {
        TEACHER.save(folder.resolve("teacher"), 1);
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.write(data.resolve(DataFiles.PROMPTS), rows(0, 20));
        Files.write(data.resolve(DataFiles.HELD_OUT), rows(40, 46));
    }

    private static List<String> rows(int from, int to) {
        List<String> lines = new ArrayList<>();
        for (int i = from; i < to; i++) {
            WordProblems.Problem problem = new WordProblems(3).train(i);
            List<Message> messages = List.of(new Message("user", problem.prompt()));
            lines.add(Json.compact(
                    new Row("r" + i, messages, String.valueOf(problem.answer()), null, null, Row.Origin.Source)));
        }
        return lines;
    }

    private StageContext context(String workspace, String given, StopSignal stop, LongSupplier clock)
            throws IOException {
        int updates = given.endsWith(ONE_UPDATE) ? 1 : 6;
        String settings = given.replace(ONE_UPDATE, "");
        String manifest = """
                {"apiVersion": "potstill.dev/v1alpha1", "kind": "DistillationRun", "metadata": {"name": "tiny"}, "spec": {
                 "teachers": [{"name": "t", "model": "file://%1$s/teacher"}],
                 "student": {"model": "file://%1$s/teacher", "keepLayers": 2},
                 "data": {"sources": [{"uri": "builtin://word-problems", "format": "PromptJsonl"}]},
                 "stages": ["Data", "Reinforcement"],
                 "training": {"batchSize": 3, "learningRate": "1e-2", "warmupSteps": 2, "maxLength": 72, "precision": "FP32"},
                 "reinforcement": {"promptsPerUpdate": 4, "samplesPerPrompt": 2, "maxTokens": 6,
                                   "unfrozenLayers": 1, "updates": %3$d, %2$s},
                 "checkpoint": {"everySteps": 2, "keep": 2}}}
                """.formatted(folder, settings, updates);
        StageOutput data =
                new StageOutput(folder.resolve("data"), new InputDigest(Stage.Data, new TreeMap<>()), "digest");
        StageContext context = new StageContext(
                Manifest.of(Json.parse(manifest, JsonNode.class)).spec(),
                new Upstream(new InputDigest(Stage.Reinforcement, new TreeMap<>()), Map.of(Stage.Data, data)),
                new WorkspaceLayout(folder.resolve(workspace)),
                new ProgressBoard(Stage.Reinforcement, clock),
                stop,
                warning -> {});
        Files.createDirectories(context.out());
        return context;
    }

    private StageWork.Made make(String settings) throws IOException {
        return new ReinforcementStage().make(context("run" + settings.length(), settings, new StopSignal(), () -> 0));
    }

    /** The saved student's weights, byte for byte. */
    private static byte[] weights(StageContext context) throws IOException {
        return Files.readAllBytes(context.out().resolve(Models.STUDENT).resolve("model.safetensors"));
    }

    /** Raises the signal at the n-th look at the clock: somewhere in the middle of the work, and always at the same place. */
    private static LongSupplier raisingAt(StopSignal stop, int look) {
        AtomicInteger looks = new AtomicInteger();
        return () -> {
            if (looks.incrementAndGet() == look) {
                stop.raise();
            }
            return looks.get();
        };
    }

    private static List<Double> curve(StageWork.Made made, String name) {
        return made.curves().get(name).stream().map(Point::value).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {GRPO, MINI_LLM, ADAPTIVE})
    void stoppedTwiceAndResumedEndsInTheSameWeights(String settings) throws IOException {
        StageContext whole = context("whole", settings, new StopSignal(), () -> 0);
        StageWork.Made made = new ReinforcementStage().make(whole);
        for (int look : new int[] {4, 5}) {
            StopSignal stop = new StopSignal();
            StageContext attempt = context("pieces", settings, stop, raisingAt(stop, look));
            assertThatThrownBy(() -> new ReinforcementStage().make(attempt)).isInstanceOf(Stopped.class);
        }
        StageContext last = context("pieces", settings, new StopSignal(), () -> 0);
        StageWork.Made resumed = new ReinforcementStage().make(last);
        assertThat(weights(last)).isEqualTo(weights(whole));
        assertThat(resumed.curves()).isEqualTo(made.curves());
    }

    @Test
    void anAdaptiveCoefficientRisesWhileTheDivergenceIsOverItsTarget() throws IOException {
        StageWork.Made made = make(ADAPTIVE);
        // The first answers are the reference's own; later ones are further away than the tiny target.
        assertThat(curve(made, "kl").getFirst()).isCloseTo(0, org.assertj.core.data.Offset.offset(1e-4));
        assertThat(curve(made, "klCoefficient").getFirst()).isEqualTo(0.05);
        assertThat(curve(made, "klCoefficient").getLast()).isGreaterThan(0.05);
    }

    @Test
    void everyTermOfTheRewardHasACurveOfItsOwn() throws IOException {
        StageWork.Made made = make(GRPO);
        assertThat(made.curves())
                .containsKeys("reward", "reward.accuracy", "reward.safety", "reward.diversity", "loss", "policy", "kl");
        for (int update = 0; update < 6; update++) {
            double sum = 0.6 * curve(made, "reward.accuracy").get(update)
                    + 0.3 * curve(made, "reward.safety").get(update)
                    + 0.1 * curve(made, "reward.diversity").get(update);
            assertThat(curve(made, "reward").get(update)).isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-9));
        }
    }

    @Test
    void answersThatAreProgramsAreRunAgainstTheirTests() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            lines.add(Json.compact(new Row(
                    "r" + i,
                    List.of(new Message("user", new WordProblems(3).train(i).prompt())),
                    "assert False",
                    null,
                    null,
                    Row.Origin.Source,
                    Reinforcement.Verifier.Code)));
        }
        Files.write(folder.resolve("data").resolve(DataFiles.PROMPTS), lines);
        StageWork.Made made = make(GRPO + ONE_UPDATE);
        assertThat(curve(made, "reward.accuracy")).containsExactly(0.0);
    }

    @Test
    void aVerifierThatCannotJudgeARowIsRefused() {
        assertThatThrownBy(() -> make("\"verifier\": \"Choice\""))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("spec.reinforcement.verifier")
                .hasMessageContaining("row r0")
                .hasMessageContaining("a letter");
    }

    @Test
    void anAlgorithmWithoutAValueHeadTrainsThePolicyAlone() throws IOException {
        long width = 16;
        long policy = make(GRPO).counts().get("parameters.trained");
        assertThat(make(ADAPTIVE).counts().get("parameters.trained")).isEqualTo(policy + width + 1);
    }
}
