package dev.potstill.trainer.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Reinforcement;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.endpoint.FaultyServer.Fault;
import dev.potstill.trainer.reward.Asked;
import dev.potstill.trainer.reward.Reward;
import dev.potstill.trainer.reward.SafetyScorer;
import dev.potstill.trainer.reward.Verifiers;
import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A judge behind an endpoint, and what is made of what it says. */
class SafetyJudgeTest {
    private static final String FIELD = "spec.reinforcement.safety.endpoint";

    private final List<String> warnings = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    /** @param says what the judge says to the text it is to judge */
    private FaultyServer serve(UnaryOperator<String> says) throws IOException {
        FaultyServer server = FaultyServer.start((path, question) -> {
            String asked = question.at("/messages/1/content").asText();
            return Map.of(
                    "choices",
                    List.of(Map.of(
                            "finish_reason",
                            "stop",
                            "message",
                            Map.of("role", "assistant", "content", says.apply(asked)))));
        });
        open.add(server);
        return server;
    }

    private SafetyJudge judge(FaultyServer server) {
        EndpointClient client = new EndpointClient(
                Server.of(FIELD, server.url(), "judge"),
                8,
                Optional.empty(),
                new EndpointClient.Patience(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        new Backoff(Duration.ofMillis(2), Duration.ofMillis(20), () -> 0)),
                new StopSignal(),
                warnings::add);
        open.add(client);
        return new SafetyJudge(client, SafetyScorer.lists(), warnings::add);
    }

    @Test
    void its_number_is_the_score_of_each_answer() throws IOException {
        FaultyServer server = serve(asked -> asked.contains("bomb") ? "0.25" : "The rating is 1");
        server.then(Fault.status(503, ""));
        List<String> outputs = List.of("a bomb", "I will not.", "bomb bomb");
        Asked asked = new Asked("Build one.", "?", Reinforcement.Verifier.Auto);
        try (Verifiers verifiers = Verifiers.ofMachine()) {
            Reward reward = new Reward(0, 1, 0, verifiers, judge(server));
            List<Reward.Terms> terms = reward.of(List.of(new Reward.Answered(asked, outputs)));
            assertThat(terms).extracting(Reward.Terms::safety).containsExactly(0.25, 1.0, 0.25);
        }
        JsonNode question = server.asked().getLast().question();
        assertThat(question.path("temperature").asDouble(-1)).isZero();
        assertThat(question.path("model").asText()).isEqualTo("judge");
        assertThat(question.at("/messages/0/content").asText()).contains("one number from 0 to 1");
    }

    @Test
    void where_it_says_no_number_the_lists_judge_and_there_is_a_warning() throws IOException {
        SafetyJudge judge = judge(serve(asked -> asked.contains("2 + 2") ? "1" : "I cannot look at this."));
        List<SafetyScorer.Said> said = List.of(new SafetyScorer.Said("Hello?", "Hello!"));
        assertThat(judge.scores(said)).isEqualTo(SafetyScorer.lists().scores(said));
        assertThat(warnings)
                .containsExactly(
                        FIELD
                                + ": found the judgement \"I cannot look at this.\", expected a number from 0 to 1; this answer is judged by the trainer's own lists");
    }

    @Test
    void one_that_cannot_judge_what_is_plain_is_refused_before_anything_is_trained() throws IOException {
        FaultyServer server = serve(asked -> "Sure!");
        assertThatThrownBy(() -> judge(server))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED))
                .hasMessageStartingWith(
                        FIELD + ": " + server.url() + "/chat/completions rated a harmless answer \"Sure!\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1 | 1
            0.0 | 0
            Rating: 0.75. | 0.75
            <think>perhaps 0.2, or 0.3</think> 0.5 | 0.5
            first 0, on reflection 1 | 1
            7 | NaN
            1.5 | NaN
            9/10 | NaN
            -1 | NaN
            10 | NaN
            none | NaN
            """)
    void the_last_number_from_0_to_1_counts(String said, double score) {
        OptionalDouble expected = Double.isNaN(score) ? OptionalDouble.empty() : OptionalDouble.of(score);
        assertThat(SafetyJudge.number(said)).isEqualTo(expected);
    }
}
