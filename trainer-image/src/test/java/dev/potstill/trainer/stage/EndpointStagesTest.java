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
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.endpoint.FaultyServer;
import dev.potstill.trainer.endpoint.FaultyServer.Fault;
import dev.potstill.trainer.endpoint.ModelServer;
import dev.potstill.trainer.endpoint.ModelServer.Speaks;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages with a teacher or judge behind an endpoint, beside the same with all in this process. */
class EndpointStagesTest {
    private static final int ROWS = 100;

    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();
    private final List<FaultyServer> servers = new ArrayList<>();
    private ModelServer served;
    private StopSignal stop = new StopSignal();

    /** Further settings of the stage. */
    private String reinforcement = "";

    private String response = "";

    /** Answers after which the stage is asked to stop. */
    private int stopAfter = Integer.MAX_VALUE;

    @BeforeEach
    void makeModelsAndRows() throws IOException {
        new TinyLlama(4, 16, 4, 2, 24, 0.3).save(folder.resolve("teacher"), 1);
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.write(data.resolve(DataFiles.TRAIN), ProblemRows.answered(0, ROWS));
        Files.write(data.resolve(DataFiles.PROMPTS), ProblemRows.answered(0, 40));
        Files.write(data.resolve(DataFiles.HELD_OUT), ProblemRows.answered(40, 50));
        served = ModelServer.open(folder.resolve("teacher"), Speaks.VLLM);
    }

    @AfterEach
    void close() {
        servers.forEach(FaultyServer::close);
        served.close();
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
                 "checkpoint": {"everySteps": 1000},
                 "reinforcement": {"updates": 6, "promptsPerUpdate": 4, "samplesPerPrompt": 2, "maxTokens": 6,
                                   "unfrozenLayers": 1%5$s},
                 "response": {"unfrozenLayers": 1, "topK": 12, "temperature": "%4$s"%6$s}}}
                """.formatted(folder, teacher, stage, temperature, reinforcement, response);
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

        stopAfter = ROWS - 15; // beyond the first block that is saved
        FaultyServer server = serve();
        StageContext first = context(Stage.Response, endpoint(server), "pieces", "1");
        assertThatThrownBy(() -> new ResponseStage().make(first)).isInstanceOf(Stopped.class);
        assertThat(server.asked().size()).isBetween(ROWS - 15, ROWS);

        stopAfter = Integer.MAX_VALUE;
        server.then(Fault.status(503, ""), Fault.cut("{\"choices\": ["), Fault.status(429, "", "Retry-After", "0"));
        StageContext second = context(Stage.Response, endpoint(server), "pieces", "1");
        new ResponseStage().make(second);
        assertThat(weights(second)).isEqualTo(weights(whole));

        // Three more for the faults; what is not in a finished block is asked once more.
        Map<JsonNode, Long> times = timesAsked(server);
        assertThat(times).hasSize(ROWS);
        assertThat(times.values().stream().mapToLong(n -> n - 1).sum()).isLessThan(ROWS / 2L);
        assertThat(times.values()).filteredOn(n -> n > 2).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void the_students_own_answers_are_scored_there_too_and_a_stop_keeps_the_steps_done() throws IOException {
        response = ", \"onPolicyPercent\": 50, \"onPolicyMaxTokens\": 6, \"epochs\": 1";
        FaultyServer untroubled = serve();
        StageContext whole = context(Stage.Response, endpoint(untroubled), "whole", "1");
        new ResponseStage().make(whole);
        // Half of the rows of one epoch are answered by the student; each is asked about once.
        assertThat(untroubled.asked().size()).isBetween(ROWS + 40, ROWS + 60);

        stopAfter = ROWS + 20; // in the middle of training
        FaultyServer server = serve();
        assertThatThrownBy(() -> new ResponseStage().make(context(Stage.Response, endpoint(server), "pieces", "1")))
                .isInstanceOf(Stopped.class);
        stopAfter = Integer.MAX_VALUE;
        StageContext second = context(Stage.Response, endpoint(server), "pieces", "1");
        new ResponseStage().make(second);
        assertThat(weights(second)).isEqualTo(weights(whole));
        // Only the step it was stopped in, half of its 32 rows, is asked about again.
        assertThat(server.asked().size())
                .isBetween(untroubled.asked().size(), untroubled.asked().size() + 16);
    }

    /** Rates an answer by its length. */
    private FaultyServer judge() throws IOException {
        FaultyServer server = FaultyServer.start((path, question) -> {
            if (servers.getLast().asked().size() > stopAfter) {
                stop.raise();
            }
            String asked = question.at("/messages/1/content").asText();
            String rating = asked.contains("2 + 2") || asked.length() % 2 == 0 ? "1" : "0.25";
            return Map.of("choices", List.of(Map.of("message", Map.of("role", "assistant", "content", rating))));
        });
        servers.add(server);
        reinforcement = ", \"safety\": {%s}".formatted(endpoint(server, 60));
        return server;
    }

    @Test
    void a_judge_rates_every_answer_and_a_stop_while_it_is_asked_keeps_the_updates_done() throws IOException {
        String here = "\"model\": \"file://%s/teacher\"".formatted(folder);
        FaultyServer untroubled = judge();
        StageContext whole = context(Stage.Reinforcement, here, "whole", "1");
        StageWork.Made made = new ReinforcementStage().make(whole);
        assertThat(untroubled.asked()).hasSize(1 + 6 * 4 * 2);
        assertThat(made.curves().get("reward.safety"))
                .hasSize(6)
                .allSatisfy(point -> assertThat(point.value()).isBetween(0.25, 1.0));

        stopAfter = 1 + 3 * 4 * 2 + 3; // in the fourth update
        FaultyServer judge = judge();
        assertThatThrownBy(() -> new ReinforcementStage().make(context(Stage.Reinforcement, here, "pieces", "1")))
                .isInstanceOf(Stopped.class);
        stopAfter = Integer.MAX_VALUE;
        StageContext second = context(Stage.Reinforcement, here, "pieces", "1");
        StageWork.Made resumed = new ReinforcementStage().make(second);
        assertThat(weights(second)).isEqualTo(weights(whole));
        assertThat(resumed.curves()).isEqualTo(made.curves());
        // Once more about something plain, and of the update it was stopped in what had been answered.
        assertThat(judge.asked().size())
                .isBetween(untroubled.asked().size(), untroubled.asked().size() + 1 + 8);
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
    void a_divergence_over_its_own_tokens_is_refused_before_any_work() throws IOException {
        response = ", \"divergence\": \"ULD\"";
        StageContext context = context(Stage.Response, endpoint(serve()), "uld", "1");
        for (StageWork work : List.of(new ResponseStage(), new DataStage())) {
            assertThatThrownBy(() -> work.make(context))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT))
                    .hasMessageStartingWith("spec.response.divergence: found ULD");
        }
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
