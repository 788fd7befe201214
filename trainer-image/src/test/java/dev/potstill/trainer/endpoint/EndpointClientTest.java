package dev.potstill.trainer.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Teacher.SecretRef;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.endpoint.FaultyServer.Fault;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server on this machine, and what the client makes of its faults. */
class EndpointClientTest {
    private static final String FIELD = "spec.teachers[0].endpoint";
    private static final Backoff FAST = new Backoff(Duration.ofMillis(2), Duration.ofMillis(20), () -> 0);

    private final StopSignal stop = new StopSignal();
    private final List<String> warnings = new ArrayList<>();
    private FaultyServer server;

    @BeforeEach
    void start() throws IOException {
        server = FaultyServer.start((path, question) -> Map.of("echo", question));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private EndpointClient client(Duration answer, Duration retries) {
        return client(server.url(), answer, retries, Optional.empty());
    }

    private EndpointClient client(String url, Duration answer, Duration retries, Optional<BearerToken> token) {
        return new EndpointClient(
                Server.of(FIELD, url, "m"),
                4,
                token,
                new EndpointClient.Patience(answer, retries, FAST),
                stop,
                warnings::add);
    }

    private static ObjectNode question() {
        return JsonNodeFactory.instance.objectNode().put("n", 1);
    }

    private Problem problem(EndpointClient client) {
        return catchThrowableOfType(Problem.class, () -> client.ask("completions", question(), "to 1"));
    }

    @Test
    void what_passes_is_asked_again_until_there_is_an_answer() {
        server.then(
                Fault.status(429, "{\"error\": {\"message\": \"slow down\"}}"),
                Fault.status(500, "oops"),
                Fault.status(503, ""),
                Fault.cut("{\"echo\": "),
                Fault.status(200, "{\"echo\": {\"n\""),
                Fault.silence());
        try (EndpointClient client = client(Duration.ofSeconds(3), Duration.ofSeconds(60))) {
            assertThat(client.ask("completions", question(), "to 1")
                            .at("/echo/n")
                            .asInt())
                    .isEqualTo(1);
        }
        assertThat(server.asked())
                .hasSize(7)
                .allSatisfy(asked -> assertThat(asked.path()).isEqualTo("/v1/completions"));
        assertThat(warnings)
                .containsExactly(
                        FIELD + ": " + server.url() + "/completions answered 429: slow down; it is asked again");
    }

    @Test
    void what_does_not_pass_in_time_is_an_unavailable_teacher() {
        for (int i = 0; i < 1000; i++) {
            server.then(Fault.status(503, "{\"message\": \"loading\"}"));
        }
        try (EndpointClient client = client(Duration.ofSeconds(5), Duration.ofSeconds(1))) {
            Problem problem = problem(client);
            assertThat(problem.exitCode()).isEqualTo(ExitCode.TEACHER_UNAVAILABLE);
            assertThat(problem)
                    .hasMessageStartingWith(FIELD + ": " + server.url() + "/completions answered 503: loading, at ")
                    .hasMessageContaining("retrySeconds");
        }
        assertThat(server.asked()).hasSizeGreaterThan(3);
    }

    @Test
    void a_server_that_says_nothing_is_named_with_the_time_it_had() {
        server.then(Fault.silence(), Fault.silence(), Fault.silence(), Fault.silence());
        try (EndpointClient client = client(Duration.ofSeconds(1), Duration.ofMillis(500))) {
            assertThat(problem(client)).hasMessageContaining("did not answer within 1 s, at ");
        }
    }

    @Test
    void a_server_that_is_gone_is_an_unavailable_teacher() throws IOException {
        int free;
        try (var socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        String url = "http://127.0.0.1:" + free + "/v1";
        try (EndpointClient client = client(url, Duration.ofSeconds(5), Duration.ofMillis(50), Optional.empty())) {
            Problem problem = problem(client);
            assertThat(problem.exitCode()).isEqualTo(ExitCode.TEACHER_UNAVAILABLE);
            assertThat(problem).hasMessageContaining(url + "/completions cannot be reached (connection refused");
        }
    }

    @Test
    void retry_after_is_waited_for() {
        server.then(Fault.status(429, "", "Retry-After", "1"));
        long before = System.nanoTime();
        try (EndpointClient client = client(Duration.ofSeconds(5), Duration.ofSeconds(20))) {
            client.ask("completions", question(), "to 1");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void a_wait_beyond_all_patience_is_told_at_once() {
        server.then(Fault.status(429, "", "Retry-After", "3600"));
        try (EndpointClient client = client(Duration.ofSeconds(5), Duration.ofSeconds(20))) {
            Problem problem = problem(client);
            assertThat(problem.exitCode()).isEqualTo(ExitCode.TEACHER_UNAVAILABLE);
            assertThat(problem).hasMessageContaining("answered 429, at 1 attempt within 20 s, and asks to wait 3600 s");
        }
    }

    @Test
    void retry_after_is_seconds_or_a_date() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(Backoff.retryAfter(" 7 ", now)).contains(Duration.ofSeconds(7));
        assertThat(Backoff.retryAfter("Thu, 01 Jan 2026 00:01:30 GMT", now)).contains(Duration.ofSeconds(90));
        assertThat(Backoff.retryAfter("Thu, 01 Jan 2025 00:01:30 GMT", now)).isEmpty();
        assertThat(Backoff.retryAfter("soon", now)).isEmpty();
    }

    @Test
    void pauses_double_up_to_the_longest_and_differ_by_a_half() {
        Backoff least = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(3), () -> 1);
        Backoff most = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(3), () -> 0);
        assertThat(IntStream.of(1, 2, 3, 4, 90)
                        .mapToObj(n -> most.pause(n, Optional.empty()).toMillis()))
                .containsExactly(500L, 1000L, 2000L, 3000L, 3000L);
        assertThat(least.pause(2, Optional.empty())).isEqualTo(Duration.ofMillis(500));
        assertThat(least.pause(2, Optional.of(Duration.ofSeconds(9)))).isEqualTo(Duration.ofSeconds(9));
        assertThat(least.pause(2, Optional.of(Duration.ofMillis(1)))).isEqualTo(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 422, 501, 308})
    void what_a_server_refuses_it_is_not_asked_again(int status) {
        server.then(Fault.status(status, "{\"error\": {\"message\": \"no such thing\"}}", "Location", "http://b/v1"));
        try (EndpointClient client = client(Duration.ofSeconds(5), Duration.ofSeconds(20))) {
            Problem problem = problem(client);
            assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED);
            assertThat(problem)
                    .hasMessageStartingWith(FIELD + ": " + server.url() + "/completions ")
                    .hasMessageContaining(String.valueOf(status))
                    .hasMessageContaining(status == 308 ? "http://b/v1" : "no such thing");
        }
        assertThat(server.asked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Welcome</html>", "[1]", ""})
    void what_is_no_json_object_is_told(String body) {
        server.then(Fault.status(200, body));
        try (EndpointClient client = client(Duration.ofSeconds(5), Duration.ofMillis(1))) {
            Problem problem = problem(client);
            assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED);
            assertThat(problem).hasMessageContaining("answered 200 with what is not a JSON object: " + body);
        }
    }

    @Test
    void once_it_has_answered_what_is_no_json_object_passes() {
        try (EndpointClient client = client(Duration.ofSeconds(5), Duration.ofSeconds(60))) {
            client.ask("completions", question(), "to 1");
            server.then(Fault.status(200, "<html>Back soon</html>"), Fault.status(200, ""));

            assertThat(client.ask("completions", question(), "to 1")
                            .at("/echo/n")
                            .asInt())
                    .isEqualTo(1);
        }
        assertThat(server.asked()).hasSize(4);
        assertThat(warnings)
                .singleElement()
                .asString()
                .endsWith("answered 200 with what is not a JSON object: <html>Back soon</html>; it is asked again");
    }

    @Test
    void once_it_has_answered_what_stays_no_json_object_is_an_unavailable_teacher() {
        try (EndpointClient client = client(Duration.ofSeconds(5), Duration.ofSeconds(1))) {
            client.ask("completions", question(), "to 1");
            for (int i = 0; i < 1000; i++) {
                server.then(Fault.status(200, "<html>Back soon</html>"));
            }

            assertThat(problem(client).exitCode()).isEqualTo(ExitCode.TEACHER_UNAVAILABLE);
        }
    }

    @Test
    void the_token_is_sent_and_never_told() {
        SecretRef secret = new SecretRef("my-key.1");
        Optional<BearerToken> token = BearerToken.of(
                FIELD,
                secret,
                name -> Optional.of("s3cret").filter(any -> name.equals("POTSTILL_ENDPOINT_TOKEN_MY_KEY_1")));
        server.then(Fault.status(401, "{\"error\": {\"message\": \"wrong key s3cret\"}}"));
        try (EndpointClient client = client(server.url(), Duration.ofSeconds(5), Duration.ofSeconds(5), token)) {
            assertThat(problem(client)).hasMessageContaining("answered 401: wrong key (token)");
        }
        assertThat(server.asked().getFirst().authorization()).isEqualTo("Bearer s3cret");
        assertThat(token.toString()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two words", "line\nbreak", "schlüssel"})
    void what_is_no_token_is_refused_without_telling_it(String found) {
        assertThatThrownBy(() -> BearerToken.of(FIELD, new SecretRef("r1"), name -> Optional.of(found)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED))
                .hasMessageStartingWith(FIELD + ".secretRef.name: found ")
                .hasMessageContaining("POTSTILL_ENDPOINT_TOKEN_R1")
                .satisfies(problem -> assertThat(
                                found.isBlank() || !problem.getMessage().contains(found))
                        .isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://user:pass@host/v1", "http://host/v1?key=pass", "http://:80/v1", "http://ho st/v1"})
    void a_url_with_a_password_or_without_a_host_is_refused_without_telling_it(String url) {
        assertThatThrownBy(() -> Server.of(FIELD, url, "m"))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith(FIELD + ".url: ")
                .hasMessageNotContaining("pass@")
                .hasMessageNotContaining("key=");
    }

    @Test
    void no_more_are_asked_at_once_than_may_be() {
        try (EndpointClient client = client(Duration.ofSeconds(20), Duration.ofSeconds(20))) {
            List<Future<Integer>> all = IntStream.range(0, 60)
                    .mapToObj(i -> client.start(
                            () -> client.ask("completions", question().put("n", i), "to " + i)
                                    .at("/echo/n")
                                    .asInt()))
                    .toList();
            assertThat(all.stream().map(EndpointClient::result))
                    .containsExactlyElementsOf(IntStream.range(0, 60).boxed().toList());
        }
        assertThat(server.mostInFlight()).isBetween(1, 4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_stop_ends_every_wait_at_once(boolean silent) {
        for (int i = 0; i < 20; i++) {
            server.then(silent ? Fault.silence() : Fault.status(429, "", "Retry-After", "30"));
        }
        try (EndpointClient client = client(Duration.ofMinutes(1), Duration.ofMinutes(5))) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(client.start(() -> client.ask("completions", question(), "to 1")));
            }
            Future<Void> stopping = client.start(() -> {
                while (server.asked().size() < 4) {
                    Thread.yield(); // the server may have this very processor
                }
                stop.raise();
                return null;
            });
            long before = System.nanoTime();
            EndpointClient.result(stopping);
            all.forEach(asked ->
                    assertThatThrownBy(() -> EndpointClient.result(asked)).isInstanceOf(Stopped.class));
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        }
    }
}
