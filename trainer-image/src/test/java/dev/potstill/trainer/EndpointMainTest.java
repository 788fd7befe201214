package dev.potstill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.TerminationMessage;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.TrainerProcess.Ended;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.endpoint.FaultyServer;
import dev.potstill.trainer.endpoint.FaultyServer.Fault;
import dev.potstill.trainer.endpoint.ModelServer;
import dev.potstill.trainer.endpoint.ModelServer.Speaks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose teacher is behind an endpoint, from the outside: exit codes, last words, and what a stop or kill costs. */
class EndpointMainTest {
    private static final int PROMPTS = 30;
    private static final String TOKEN = "POTSTILL_ENDPOINT_TOKEN_MY_KEY=s3cret";

    @TempDir
    private Path folder;

    private ModelServer served;
    private FaultyServer server;

    @BeforeEach
    void serve() throws IOException {
        ParrotLlama.save(folder.resolve("teacher"), "=", " ", "5");
        Files.write(
                folder.resolve("prompts.jsonl"),
                IntStream.range(0, PROMPTS)
                        .mapToObj(i -> "{\"prompt\": \"Tom has %d apples.\", \"answer\": \"5\"}".formatted(i))
                        .toList());
        served = ModelServer.open(folder.resolve("teacher"), Speaks.VLLM);
        server = FaultyServer.start(served);
    }

    @AfterEach
    void close() {
        server.close();
        served.close();
    }

    private TrainerProcess start(int timeoutSeconds, int retrySeconds) throws IOException {
        Path manifest = Files.writeString(
                folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: asked}
                spec:
                  teachers:
                  - name: t
                    endpoint: {url: "%s", model: served, secretRef: {name: my-key}, maxConcurrency: 2,
                               timeoutSeconds: %d, retrySeconds: %d}
                  student: {model: teacher}
                  stages: [Data]
                  data:
                    sources: [{uri: prompts.jsonl, format: PromptJsonl}]
                    filter: {reasoning: Any}
                    augmentation: {samplesPerPrompt: 1, maxTokens: 8}
                """.formatted(server.url(), timeoutSeconds, retrySeconds));
        List<String> arguments = List.of(
                "Data",
                "--run",
                manifest.toString(),
                "--workspace",
                folder.resolve("workspace").toString(),
                "--port",
                "0",
                "--termination-log",
                folder.resolve("last.json").toString());
        return TrainerProcess.start(folder, List.of("env", TOKEN), List.of(), arguments);
    }

    private Failure failure() throws IOException {
        return ((TerminationMessage.Broken) TerminationMessage.parse(Files.readString(folder.resolve("last.json")))
                        .orElseThrow())
                .failure();
    }

    private List<String> rows() throws IOException {
        StageOutput output = StageOutput.all(new WorkspaceLayout(folder.resolve("workspace")), Stage.Data)
                .getFirst();
        return Files.readAllLines(output.file(DataFiles.TRAIN));
    }

    private static void await(TrainerProcess process, Callable<Boolean> done) throws Exception {
        while (!done.call()) {
            if (process.process().waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("ended too early: " + process.end());
            }
        }
    }

    @Test
    void its_answers_become_rows_that_it_grades() throws Exception {
        assertThat(start(60, 60).end()).isEqualTo(new Ended(0, ""));
        assertThat(rows())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row).contains("\"= 5\"", "\"origin\":\"Teacher\"", "\"perplexity\":"));
        assertThat(server.asked())
                .allSatisfy(asked -> assertThat(asked.authorization()).isEqualTo("Bearer s3cret"));
        assertThat(server.asked().stream().map(FaultyServer.Asked::path).distinct())
                .containsExactly("/v1/completions", "/v1/chat/completions");
    }

    @Test
    void gone_it_is_an_unavailable_teacher_and_back_again_the_run_goes_on() throws Exception {
        int port = URI.create(server.url()).getPort();
        server.close();
        Ended ended = start(5, 1).end();
        assertThat(ended.code()).isEqualTo(ExitCode.TEACHER_UNAVAILABLE.code());
        assertThat(ended.err().lines().toList().getLast())
                .startsWith("error: spec.teachers[0].endpoint: " + server.url()
                        + "/completions cannot be reached (connection refused")
                .doesNotContain("s3cret");
        assertThat(failure().reason()).isEqualTo("TeacherUnavailable");
        server = FaultyServer.start(port, served);
        assertThat(start(60, 60).end().code()).isZero();
        assertThat(rows()).isNotEmpty();
    }

    @Test
    void one_that_cannot_grade_is_told_before_it_is_asked_for_answers() throws Exception {
        server.close();
        server = FaultyServer.start((path, question) ->
                path.endsWith("chat/completions") ? served.answer(path, question) : Map.of("text", "no likelihoods"));
        Ended ended = start(5, 60).end();
        assertThat(ended.code()).isEqualTo(ExitCode.REJECTED.code());
        assertThat(ended.err())
                .startsWith("error: spec.teachers[0].endpoint: ")
                .contains("answered without choices", "likeliest tokens");
        assertThat(server.asked().stream().map(FaultyServer.Asked::path))
                .doesNotContain("/v1/chat/completions", "/chat/completions");
    }

    @Test
    void a_question_that_it_refuses_is_named() throws Exception {
        // The first finds out whether it can grade.
        server.always(number ->
                number == 0 ? Optional.empty() : Optional.of(Fault.status(400, "{\"message\": \"too long\"}")));
        Ended ended = start(5, 60).end();
        assertThat(ended.code()).isEqualTo(ExitCode.REJECTED.code());
        assertThat(ended.err())
                .contains("answered 400: too long")
                .containsPattern("to the question that begins \"Tom has \\d+ apples.\"");
    }

    @Test
    void wrong_it_is_told_once() throws Exception {
        server.then(Fault.status(200, "<html>s3cret</html>"), Fault.status(200, "<html>"));
        Ended ended = start(5, 60).end();
        assertThat(ended.code()).isEqualTo(ExitCode.REJECTED.code());
        assertThat(ended.err())
                .startsWith("error: spec.teachers[0].endpoint: ")
                .contains("answered 200 with what is not a JSON object: <html>")
                .doesNotContain("s3cret")
                .hasLineCount(1);
    }

    @Test
    void stopped_and_killed_while_it_is_waited_for_nothing_that_was_answered_is_asked_twice_more() throws Exception {
        server.always(number -> Optional.of(Fault.status(429, "{\"message\": \"later\"}", "Retry-After", "60")));
        TrainerProcess waiting = start(60, 600);
        await(waiting, () -> Files.size(waiting.err()) > 0);
        long before = System.nanoTime();
        waiting.process().destroy();
        Ended stopped = waiting.end();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        assertThat(stopped.code()).isEqualTo(ExitCode.STOPPED.code());
        assertThat(stopped.err())
                .startsWith("warning: spec.teachers[0].endpoint: ")
                .contains("answered 429: later; it is asked again")
                .contains("stopped: Data was stopped at a checkpoint");

        int asked = server.asked().size();
        // Of the grades so many are given: it is at work on the others when it is killed.
        int given = asked + PROMPTS + 5;
        server.always(number -> server.asked().size() > given ? Optional.of(Fault.silence()) : Optional.empty());
        TrainerProcess killed = start(60, 600);
        await(killed, () -> server.asked().size() >= given);
        killed.process().destroyForcibly();
        assertThat(killed.end().code()).isEqualTo(ExitCode.KILLED.code());

        server.always(number -> Optional.empty());
        assertThat(start(60, 600).end().code()).isZero();
        assertThat(rows()).isNotEmpty();
        Map<JsonNode, Long> answers = times("/v1/chat/completions", "messages");
        assertThat(answers).hasSize(PROMPTS);
        // Those of before the stop were refused.
        assertThat(answers.values()).allMatch(count -> count <= 3);
        assertThat(answers.values().stream().filter(count -> count > 1)).hasSizeLessThanOrEqualTo(asked);
        assertThat(times("/v1/completions", "prompt").values()).allMatch(count -> count <= 2);
    }

    /** How often what was asked. */
    private Map<JsonNode, Long> times(String path, String field) {
        return server.asked().stream()
                .filter(asked -> asked.path().equals(path))
                .collect(Collectors.groupingBy(asked -> asked.question().path(field), Collectors.counting()));
    }
}
