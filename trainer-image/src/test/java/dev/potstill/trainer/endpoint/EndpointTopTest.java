package dev.potstill.trainer.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.endpoint.FaultyServer.Fault;
import dev.potstill.trainer.endpoint.ModelServer.Speaks;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.signals.TopSource;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.ChatTemplate;
import dev.potstill.trainer.text.Message;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A model asked over HTTP says what it says in this process. */
class EndpointTopTest {
    private static final int K = 8;

    @TempDir
    private static Path shared;

    private ModelFiles files;
    private LanguageModel model;
    private Tokenizer tokenizer;
    private TrainingSet set;
    private final StopSignal stop = new StopSignal();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void load() throws IOException {
        Path folder = shared.resolve("teacher");
        if (!folder.toFile().exists()) {
            new TinyLlama(2, 16, 4, 2, 24, 0.3).save(folder, 1);
        }
        dev.potstill.trainer.engine.Torch.start(1);
        files = ModelFiles.open(folder);
        model = LanguageModel.load(files, ElementType.F32);
        tokenizer = Tokenizer.open(files.tokenizer());
        ChatEncoder encoder = new ChatEncoder(ChatTemplate.of(tokenizer.files()), tokenizer);
        set = new TrainingSet(IntStream.range(0, 6)
                .mapToObj(i -> new WordProblems(3).train(i))
                .map(problem -> encoder.encode(
                        List.of(new Message("user", problem.prompt()), new Message("assistant", problem.reasoning()))))
                .toList());
        open.addAll(List.of(files, model, tokenizer));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private FaultyServer serve(Speaks speaks, BiConsumer<String, ObjectNode> change) throws IOException {
        ModelServer served = ModelServer.open(shared.resolve("teacher"), speaks).change(change);
        FaultyServer server = FaultyServer.start(served);
        open.addAll(List.of(served, server));
        return server;
    }

    private EndpointTop asked(FaultyServer server, String name, int k, double temperature) {
        EndpointClient client = new EndpointClient(
                Server.of("spec.teachers[0].endpoint", server.url(), name),
                3,
                Optional.empty(),
                new EndpointClient.Patience(
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        new Backoff(Duration.ofMillis(2), Duration.ofMillis(20), () -> 0)),
                stop,
                warning -> {});
        Scorer scorer = new Scorer(client, tokenizer, model.config().vocabulary());
        EndpointTop top = new EndpointTop(scorer, k, temperature, 3);
        open.add(top);
        return top;
    }

    /** What is said of all samples, block by block: log probabilities, ids, tails. */
    private List<double[]> columns(TopSource source) {
        List<double[]> columns = new ArrayList<>(List.of(new double[0], new double[0], new double[0]));
        for (int from = 0; from < set.size(); from += 2) {
            try (Scope scope = Scope.open()) {
                Said said = source.said(scope, set, new int[] {from, from + 1});
                columns.set(0, joined(columns.get(0), said.logP()));
                columns.set(1, joined(columns.get(1), said.ids()));
                columns.set(2, joined(columns.get(2), said.logTail()));
            }
        }
        return columns;
    }

    private static double[] joined(double[] before, Tensor more) {
        float[] floats = more.floats();
        double[] all = Arrays.copyOf(before, before.length + floats.length);
        for (int i = 0; i < floats.length; i++) {
            all[before.length + i] = floats[i];
        }
        return all;
    }

    private static double farthest(double[] one, double[] other) {
        assertThat(one).hasSameSizeAs(other);
        return IntStream.range(0, one.length)
                .mapToDouble(i -> Math.abs(one[i] - other[i]))
                .max()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void every_server_tells_what_the_model_tells_here(Speaks speaks) throws IOException {
        FaultyServer server = serve(speaks, (path, answer) -> {});
        List<double[]> there = columns(asked(server, "served", K, 1));
        List<double[]> here = columns(new Teacher(model).top(K, 1));
        assertThat(there.get(1)).isEqualTo(here.get(1));
        assertThat(farthest(there.get(0), here.get(0))).isLessThan(5e-6);
        assertThat(farthest(there.get(2), here.get(2))).isLessThan(5e-6);
        // Over a row, llama.cpp is asked once for each target, the others once, but for the first row's search for a
        // way.
        long targets = IntStream.range(0, set.size()).map(set::targets).sum();
        assertThat((long) server.asked().size())
                .isBetween(6L, speaks == Speaks.LLAMA_CPP ? targets + 2 : set.size() + 4L);
    }

    @Test
    void what_faults_interrupt_ends_in_the_very_same_signals() throws IOException {
        List<double[]> untroubled = columns(asked(serve(Speaks.VLLM, (path, answer) -> {}), "served", K, 2));
        FaultyServer server = serve(Speaks.VLLM, (path, answer) -> {});
        server.then(
                Fault.status(503, ""),
                Fault.status(429, "", "Retry-After", "0"),
                Fault.cut("{\"choices\": [{"),
                Fault.status(200, "{\"choices\": [{\"prompt_logprobs\": [null, {"),
                Fault.status(500, "<html>"));
        assertThat(columns(asked(server, "served", K, 2)))
                .usingRecursiveComparison()
                .isEqualTo(untroubled);
        assertThat(server.asked()).hasSize(set.size() + 5);
    }

    @Test
    void with_the_whole_vocabulary_any_temperature_is_exact() throws IOException {
        int all = WordProblemTokenizer.tokens().size();
        FaultyServer server = serve(Speaks.ECHO_IDS, (path, answer) -> {});
        List<double[]> there = columns(asked(server, "served", all, 2.5));
        List<double[]> here = columns(new Teacher(model).top(all, 2.5));
        assertThat(farthest(there.get(0), here.get(0))).isLessThan(5e-6);
    }

    @Test
    void at_a_temperature_the_tail_counts_as_one_token() {
        // p = 0.5, 0.3 and a rest of 0.2; at 2 their roots.
        Likeliest likeliest = new Likeliest(new int[] {4, 9}, new double[] {Math.log(0.5), Math.log(0.3)}, 0);
        assertThat(likeliest.logSum(1)).isCloseTo(0, within(1e-12));
        assertThat(likeliest.logSum(2))
                .isCloseTo(Math.log(Math.sqrt(0.5) + Math.sqrt(0.3) + Math.sqrt(0.2)), within(1e-12));
    }

    @Test
    void more_than_the_server_allows_is_told_in_its_words() throws IOException {
        Problem problem = problem(serve(Speaks.VLLM, (path, answer) -> {}), "served", 21);
        assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED);
        assertThat(problem)
                .hasMessageContaining("greater than max allowed: 20")
                .hasMessageContaining("lower spec.response.topK")
                .hasMessageContaining("--max-logprobs 21");
    }

    @Test
    void a_model_that_the_server_does_not_have_is_told_in_its_words() throws IOException {
        Problem problem = problem(serve(Speaks.VLLM, (path, answer) -> {}), "other", K);
        assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED);
        assertThat(problem)
                .hasMessageContaining("answered 404: The model `other` does not exist.")
                .hasMessageContaining("check spec.teachers[0].endpoint.url and .model");
    }

    private Problem problem(FaultyServer server, String name, int k) {
        return catchThrowableOfType(Problem.class, () -> columns(asked(server, name, k, 1)));
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
        FaultyServer server = serve(speaks, change);
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
        FaultyServer server = serve(Speaks.VLLM, (path, answer) -> {
            if (++answers[0] > 3) {
                choice(answer).remove("prompt_logprobs");
            }
        });
        assertThat(problem(server, "served", K)).hasMessageContaining("answered without prompt_logprobs");
    }
}
