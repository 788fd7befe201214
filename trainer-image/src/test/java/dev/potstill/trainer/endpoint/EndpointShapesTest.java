package dev.potstill.trainer.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.endpoint.ModelServer.Speaks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that refuse, or answer with something else than was asked for. */
class EndpointShapesTest {
    private static final int K = 8;

    @TempDir
    private static Path shared;

    @AutoClose
    private ServedTeacher teacher;

    @BeforeEach
    void load() throws IOException {
        teacher = new ServedTeacher(shared.resolve("teacher"));
    }

    private Problem problem(FaultyServer server, String name, int k) {
        return catchThrowableOfType(Problem.class, () -> teacher.columns(teacher.asked(server, name, k, 1)));
    }

    @Test
    void more_than_the_server_allows_is_told_in_its_words() throws IOException {
        Problem problem = problem(teacher.serve(Speaks.VLLM, (path, answer) -> {}), "served", 21);
        assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED);
        assertThat(problem)
                .hasMessageContaining("greater than max allowed: 20")
                .hasMessageContaining("lower spec.response.topK")
                .hasMessageContaining("--max-logprobs 21");
    }

    @Test
    void a_model_that_the_server_does_not_have_is_told_in_its_words() throws IOException {
        Problem problem = problem(teacher.serve(Speaks.VLLM, (path, answer) -> {}), "other", K);
        assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED);
        assertThat(problem)
                .hasMessageContaining("answered 404: The model `other` does not exist.")
                .hasMessageContaining("check spec.teachers[0].endpoint.url and .model");
    }

    private static Arguments wrong(
            String name, Speaks speaks, ExitCode code, String said, BiConsumer<String, ObjectNode> change) {
        return Arguments.of(name, speaks, code, said, change);
    }

    private static ObjectNode choice(ObjectNode answer) {
        return answer.at("/choices/0") instanceof ObjectNode choice ? choice : answer.objectNode();
    }

    private static ObjectNode place(ObjectNode answer) {
        JsonNode place = answer.at("/choices/0/prompt_logprobs");
        return (ObjectNode) place.get(place.size() - 1);
    }

    static List<Arguments> shapes() {
        return List.of(
                wrong(
                        "no choices",
                        Speaks.VLLM,
                        ExitCode.REJECTED,
                        "answered without choices",
                        (path, answer) -> answer.remove("choices")),
                wrong(
                        "no logprobs",
                        Speaks.VLLM,
                        ExitCode.REJECTED,
                        "answered without prompt_logprobs",
                        (path, answer) -> choice(answer).remove("prompt_logprobs")),
                wrong(
                        "too short",
                        Speaks.VLLM,
                        ExitCode.REJECTED,
                        "to a prompt of",
                        (path, answer) -> ((ArrayNode) choice(answer).path("prompt_logprobs")).remove(0)),
                wrong(
                        "fewer",
                        Speaks.VLLM,
                        ExitCode.REJECTED,
                        "lists 7 tokens at a place, not the 8 asked for",
                        (path, answer) -> {
                            ObjectNode place = place(answer);
                            String last = "";
                            for (var each : place.properties()) {
                                last = each.getValue().path("rank").asInt() == 2 ? each.getKey() : last;
                            }
                            place.remove(last);
                            if (place.size() == K) {
                                place.remove(
                                        List.copyOf(place.properties()).get(4).getKey());
                            }
                        }),
                wrong(
                        "no probabilities",
                        Speaks.VLLM,
                        ExitCode.REJECTED,
                        "probabilities that add up to",
                        (path, answer) -> place(answer).forEach(token -> ((ObjectNode) token).put("logprob", 0))),
                wrong(
                        "not ids",
                        Speaks.VLLM,
                        ExitCode.REJECTED,
                        "not by its number",
                        (path, answer) -> place(answer).putObject("the").put("logprob", -1)),
                wrong(
                        "another tokenizer",
                        Speaks.VLLM,
                        ExitCode.UNFIT,
                        "says that token ",
                        (path, answer) -> answer.findParents("decoded_token")
                                .forEach(token -> ((ObjectNode) token).put("decoded_token", "Paris"))),
                wrong(
                        "a larger vocabulary",
                        Speaks.VLLM,
                        ExitCode.UNFIT,
                        "lists token 5000",
                        (path, answer) -> place(answer).putObject("5000").put("logprob", -1)),
                wrong(
                        "another place",
                        Speaks.LLAMA_CPP,
                        ExitCode.REJECTED,
                        "not the one that logit_bias names",
                        (path, answer) ->
                                answer.findParents("top_logprobs").forEach(token -> ((ObjectNode) token).put("id", 1))),
                wrong("another prompt", Speaks.SGLANG, ExitCode.UNFIT, "where it was given token", (path, answer) -> {
                    JsonNode own = answer.at("/meta_info/input_token_logprobs");
                    if (!own.isMissingNode()) {
                        ((ArrayNode) own.get(own.size() - 1)).set(1, answer.numberNode(1));
                    }
                }),
                wrong("other texts", Speaks.ECHO_TEXTS, ExitCode.UNFIT, "which is ", (path, answer) -> {
                    JsonNode names = answer.at("/choices/0/logprobs/tokens");
                    for (int i = 1; i < names.size(); i++) {
                        ((ArrayNode) names).set(i, answer.textNode("Paris"));
                    }
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void an_answer_of_another_shape_is_one_clear_problem(
            String name, Speaks speaks, ExitCode code, String said, BiConsumer<String, ObjectNode> change)
            throws IOException {
        FaultyServer server = teacher.serve(speaks, change);
        Problem problem = problem(server, "served", K);
        assertThat(problem.exitCode()).isEqualTo(code);
        assertThat(problem)
                .hasMessageStartingWith("spec.teachers[0].endpoint: " + server.url() + "/completions ")
                .hasMessageContaining(said)
                .hasMessageContaining("Expected ");
        assertThat(problem.getMessage().lines()).hasSize(1);
    }

    @Test
    void a_shape_that_changes_later_is_told_too() throws IOException {
        int[] answers = {0};
        FaultyServer server = teacher.serve(Speaks.VLLM, (path, answer) -> {
            if (++answers[0] > 3) {
                choice(answer).remove("prompt_logprobs");
            }
        });
        assertThat(problem(server, "served", K)).hasMessageContaining("answered without prompt_logprobs");
    }
}
