package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.api.Response;
import dev.potstill.api.Stage;
import dev.potstill.contract.StageReport.Point;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.Balance;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.response.FrozenLayers;
import dev.potstill.trainer.response.ResponseLoss;
import dev.potstill.trainer.response.ResponseObjective;
import dev.potstill.trainer.response.Signals;
import dev.potstill.trainer.response.StoredLessons;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.signals.SignalCache;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.signals.Unbounded;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.train.AdamW;
import dev.potstill.trainer.train.Checkpoints;
import dev.potstill.trainer.train.Epochs;
import dev.potstill.trainer.train.Parameters;
import dev.potstill.trainer.train.Schedule;
import dev.potstill.trainer.train.TrainingLoop;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.SafeTensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our steps of the response stage against the same steps in PyTorch, on a golden model and layers of it: {@code response-steps.json}
 * says how it was made. {@code bench/steps} runs this on other models and rows, named by the properties below.
 */
class ResponseStepsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double CLOSE = 1e-4;

    private static JsonNode steps;

    @TempDir
    Path folder;

    @BeforeAll
    static void readSteps() throws IOException {
        String given = System.getProperty("potstill.steps");
        try (InputStream json = given == null
                ? ResponseStepsTest.class.getResourceAsStream("response-steps.json")
                : Files.newInputStream(Path.of(given))) {
            steps = JSON.readTree(json);
        }
        Torch.start(1);
    }

    private static ModelFiles model() throws IOException {
        String given = System.getProperty("potstill.model");
        Path model = given == null
                ? Shared.folder("golden")
                        .resolve("models")
                        .resolve(steps.get("model").asText())
                : Path.of(given);
        JsonNode config = JSON.readTree(model.resolve("config.json").toFile());
        TokenizerFiles none = new TokenizerFiles(model, "{}", Optional.empty(), SpecialTokens.NONE);
        return new ModelFiles(model, config, SafeTensors.open(model.resolve("model.safetensors")), none);
    }

    private static int setting(String name) {
        return steps.get("settings").get(name).asInt();
    }

    private static Epochs epochs() {
        return new Epochs(
                steps.get("rows").size(),
                setting("epochs"),
                setting("batch"),
                setting("accumulation"),
                setting("seed"));
    }

    private static TrainingSet rows() {
        List<Encoded> rows = new ArrayList<>();
        for (JsonNode row : steps.get("rows")) {
            int[] ids = StreamSupport.stream(row.get("ids").spliterator(), false)
                    .mapToInt(JsonNode::asInt)
                    .toArray();
            boolean[] answer = new boolean[ids.length];
            Arrays.fill(answer, row.get("answer").asInt(), ids.length, true);
            rows.add(new Encoded(ids, answer));
        }
        return new TrainingSet(rows);
    }

    @Test
    void theRowsOfEachStepAreThoseThatPyTorchTook() {
        JsonNode order = steps.get("order");
        assertThat(epochs().steps()).isEqualTo(order.size());
        for (int step = 0; step < order.size(); step++) {
            assertThat(JSON.valueToTree(epochs().microBatches(step)).toString())
                    .isEqualTo(order.get(step).toString());
        }
    }

    static IntStream cases() throws IOException {
        readSteps();
        return IntStream.range(0, steps.get("cases").size());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theLossOfEveryStepIsPyTorchs(int number) throws IOException {
        JsonNode expected = steps.get("cases").get(number);
        List<Point> losses = train(JSON.treeToValue(expected.get("response"), Response.class));
        assertThat(losses).hasSameSizeAs(expected.get("losses"));
        double worst = 0;
        for (int step = 0; step < losses.size(); step++) {
            double wanted = expected.get("losses").get(step).asDouble();
            worst = Math.max(worst, Math.abs(losses.get(step).value() - wanted) / wanted);
        }
        System.out.printf(
                "%-16s worst relative difference of %d losses: %.1e%n",
                expected.at("/response/divergence").asText(), losses.size(), worst);
        assertThat(worst).isLessThan(CLOSE);
    }

    private List<Point> train(Response response) throws IOException {
        TrainingSet set = rows();
        try (ModelFiles files = model();
                LanguageModel large = LanguageModel.load(files, ElementType.F32);
                LanguageModel student = LanguageModel.load(
                        files,
                        ElementType.F32,
                        Models.spread(setting("keep"), large.config().layers()));
                Teacher teacher = new Teacher(large)) {
            FrozenLayers below = new FrozenLayers(student, student.config().frozenBelow(response.unfrozenLayers()));
            ResponseLoss loss = ResponseLoss.of(response);
            int k = Math.min(response.topK(), large.config().vocabulary());
            SignalCache cache = Unbounded.cache(folder);
            SignalStore said = new SignalStore(
                            cache,
                            set,
                            Unbounded.kind(Teacher.topColumns(k, large.config().vocabulary())))
                    .fill(
                            "",
                            (scope, rest, samples) ->
                                    Teacher.rows(teacher.said(scope, rest, samples, k, loss.signalTemperature())),
                            board(),
                            new StopSignal());
            SignalStore states = new SignalStore(cache, set, Unbounded.kind(List.of(below.column())))
                    .fill("", below::compute, board(), new StopSignal());
            try (StoredLessons lessons = new StoredLessons(set, below, Optional.of(states), new Signals.Stored(said));
                    ResponseObjective objective = new ResponseObjective(
                            below, lessons, Optional.empty(), loss, Balance.none(), epochs().steps())) {
                return losses(student, response.unfrozenLayers(), objective);
            }
        }
    }

    private List<Point> losses(LanguageModel student, int unfrozen, ResponseObjective objective) {
        double rate = steps.get("settings").get("rate").asDouble();
        Schedule schedule = new Schedule(rate, setting("warmup"), epochs().steps());
        Checkpoints none = new Checkpoints(folder.resolve("none"), Integer.MAX_VALUE, 1, warning -> {});
        TrainingLoop loop = new TrainingLoop(epochs(), schedule, none, board(), new StopSignal());
        try (Parameters parameters =
                new Parameters(Training.ownMemory(student, student.lastLayerNames(unfrozen)), AdamW.FINE_TUNING)) {
            return loop.run(parameters, objective).curves().getOrDefault("loss", List.of());
        }
    }

    private static ProgressBoard board() {
        return new ProgressBoard(Stage.Response, () -> 0);
    }
}
