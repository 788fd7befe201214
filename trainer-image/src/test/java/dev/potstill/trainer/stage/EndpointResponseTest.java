package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.endpoint.FaultyServer;
import dev.potstill.trainer.endpoint.FaultyServer.Fault;
import dev.potstill.trainer.endpoint.ModelServer;
import dev.potstill.trainer.endpoint.ModelServer.Speaks;
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
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The response stage with a teacher behind an endpoint, beside the same teacher in this process. */
class EndpointResponseTest {
    private static final int ROWS = 160;

    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();
    private final List<FaultyServer> servers = new ArrayList<>();
    private ModelServer served;
    private StopSignal stop = new StopSignal();

    /** Answers after which the stage is asked to stop. */
    private int stopAfter = Integer.MAX_VALUE;

    @BeforeEach
    void makeModelsAndRows() throws IOException {
        new TinyLlama(4, 16, 4, 2, 24, 0.3).save(folder.resolve("teacher"), 1);
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.write(data.resolve(DataFiles.TRAIN), rows());
        served = ModelServer.open(folder.resolve("teacher"), Speaks.VLLM);
    }

    @AfterEach
    void close() {
        servers.forEach(FaultyServer::close);
        served.close();
    }

    private static List<String> rows() {
        return IntStream.range(0, ROWS)
                .mapToObj(i -> {
                    WordProblems.Problem problem = new WordProblems(3).train(i);
                    List<Message> messages = List.of(
                            new Message("user", problem.prompt()), new Message("assistant", problem.reasoning()));
                    String reference = String.valueOf(problem.answer());
                    return Json.compact(new Row("r" + i, messages, reference, null, null, Row.Origin.Source));
                })
                .toList();
    }

    private FaultyServer serve() throws IOException {
        FaultyServer server = FaultyServer.start((path, question) -> {
            if (servers.getLast().asked().size() > stopAfter) {
                stop.raise();
            }
            return served.answer(path, question);
        });
        servers.add(server);
        return server;
    }

    private static String endpoint(FaultyServer server) {
        return endpoint(server, 60);
    }

    private static String endpoint(FaultyServer server, int retrySeconds) {
        return "\"endpoint\": {\"url\": \"%s\", \"model\": \"served\", \"maxConcurrency\": 4, \"retrySeconds\": %d}"
                .formatted(server.url(), retrySeconds);
    }

    private StageContext context(Stage stage, String teacher, String workspace, String temperature) throws IOException {
        String manifest = """
                {"apiVersion": "potstill.dev/v1alpha1", "kind": "DistillationRun", "metadata": {"name": "tiny"}, "spec": {
                 "teachers": [{"name": "t", %2$s}],
                 "student": {"model": "file://%1$s/teacher", "keepLayers": 2},
                 "data": {"sources": [{"uri": "builtin://word-problems", "format": "PromptJsonl"}]},
                 "stages": ["Data", "%3$s"],
                 "training": {"batchSize": 8, "learningRate": "1e-2", "warmupSteps": 2, "epochs": 2, "maxLength": 72,
                              "precision": "FP32"},
                 "response": {"unfrozenLayers": 1, "topK": 12, "temperature": "%4$s"}}}
                """.formatted(folder, teacher, stage, temperature);
        InputDigest input = new InputDigest(stage, new TreeMap<>(Map.of("student.keepLayers", "2")));
        StageOutput data =
                new StageOutput(folder.resolve("data"), new InputDigest(Stage.Data, new TreeMap<>()), "digest");
        stop = new StopSignal();
        StageContext context = new StageContext(
                Manifest.of(Json.parse(manifest, JsonNode.class)).spec(),
                new Upstream(input, Map.of(Stage.Data, data)),
                new WorkspaceLayout(folder.resolve(workspace)),
                new ProgressBoard(stage, () -> 0),
                stop,
                warnings::add);
        Files.createDirectories(context.out());
        return context;
    }

    private static byte[] weights(StageContext context) throws IOException {
        return Files.readAllBytes(context.out().resolve(Models.STUDENT).resolve("model.safetensors"));
    }

    private static Map<JsonNode, Long> timesAsked(FaultyServer server) {
        return server.asked().stream()
                .map(asked -> asked.question().path("prompt"))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    @Test
    void the_losses_are_those_with_the_teacher_in_this_process() throws IOException {
        String here = "\"model\": \"file://%s/teacher\"".formatted(folder);
        var inProcess = new ResponseStage().make(context(Stage.Response, here, "here", "1"));
        var asked = new ResponseStage().make(context(Stage.Response, endpoint(serve()), "there", "1"));
        assertThat(asked.measures().get("loss.first"))
                .isCloseTo(inProcess.measures().get("loss.first"), within(1e-5));
        assertThat(asked.measures().get("loss.last"))
                .isCloseTo(inProcess.measures().get("loss.last"), within(1e-3));
        assertThat(asked.measures().get("loss.last"))
                .isLessThan(asked.measures().get("loss.first"));
        assertThat(warnings).isEmpty();
    }

    @Test
    void above_temperature_1_there_is_a_warning_and_the_loss_falls_too() throws IOException {
        var made = new ResponseStage().make(context(Stage.Response, endpoint(serve()), "there", "2.0"));
        assertThat(made.measures().get("loss.last"))
                .isLessThan(0.8 * made.measures().get("loss.first"));
        assertThat(warnings).singleElement().asString().startsWith("spec.response.temperature: at 2.0 ");
    }

    @Test
    void stopped_while_asking_nothing_that_was_saved_is_asked_again() throws IOException {
        FaultyServer untroubled = serve();
        StageContext whole = context(Stage.Response, endpoint(untroubled), "whole", "1");
        new ResponseStage().make(whole);
        assertThat(untroubled.asked()).hasSize(ROWS);

        stopAfter = ROWS / 2;
        FaultyServer server = serve();
        StageContext first = context(Stage.Response, endpoint(server), "pieces", "1");
        assertThatThrownBy(() -> new ResponseStage().make(first)).isInstanceOf(Stopped.class);
        assertThat(server.asked().size()).isBetween(ROWS / 2, ROWS / 2 + 10);

        stopAfter = Integer.MAX_VALUE;
        server.then(Fault.status(503, ""), Fault.cut("{\"choices\": ["), Fault.status(429, "", "Retry-After", "0"));
        StageContext second = context(Stage.Response, endpoint(server), "pieces", "1");
        new ResponseStage().make(second);
        assertThat(weights(second)).isEqualTo(weights(whole));

        // Three more for the faults; what is not in a finished block is asked once more.
        Map<JsonNode, Long> times = timesAsked(server);
        assertThat(times).hasSize(ROWS);
        assertThat(times.values().stream().mapToLong(n -> n - 1).sum()).isLessThan(ROWS / 2);
        assertThat(times.values()).filteredOn(n -> n > 2).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void a_server_that_is_gone_for_good_is_an_unavailable_teacher() throws IOException {
        FaultyServer server = serve();
        server.close();
        StageContext context = context(Stage.Response, endpoint(server, 1), "gone", "1");
        assertThatThrownBy(() -> new ResponseStage().make(context))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.TEACHER_UNAVAILABLE))
                .hasMessageStartingWith("spec.teachers[0].endpoint: " + server.url());
    }

    @Test
    void features_are_refused_before_any_work() throws IOException {
        StageContext context = context(
                Stage.Feature, "\"endpoint\": {\"url\": \"http://127.0.0.1:9/v1\", \"model\": \"m\"}", "f", "1");
        for (StageWork work : List.of(new FeatureStage(), new DataStage())) {
            assertThatThrownBy(() -> work.make(context))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT))
                    .hasMessageStartingWith("spec.stages: found Feature")
                    .hasMessageContaining("Leave out Feature, or give spec.teachers[0].model");
        }
    }
}
