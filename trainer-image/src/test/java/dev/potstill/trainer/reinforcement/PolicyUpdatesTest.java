package dev.potstill.trainer.reinforcement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.PolicyLoss;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.train.AdamW;
import dev.potstill.trainer.train.Parameters;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.SafeTensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ten updates of a golden model follow the same updates in PyTorch. {@code bench/policy-updates} makes the fixture and runs this on
 * any model: the system properties potstill.updates and potstill.model name them.
 */
class PolicyUpdatesTest {
    /** Relative to a term's own size; to a hundredth where it is nearer to 0 than that, as it is a difference of larger numbers. */
    private static final double CLOSE = 1e-4;

    private static final double SMALL = 1e-2;

    private static JsonNode fixture() throws IOException {
        String own = System.getProperty("potstill.updates");
        try (InputStream content = own != null
                ? Files.newInputStream(Path.of(own))
                : Objects.requireNonNull(PolicyUpdatesTest.class.getResourceAsStream("policy-updates.json"))) {
            return new ObjectMapper().readTree(content);
        }
    }

    private static ModelFiles model() throws IOException {
        String own = System.getProperty("potstill.model");
        Path folder = own != null ? Path.of(own) : Shared.folder("golden").resolve("models/llama");
        return new ModelFiles(
                folder,
                new ObjectMapper().readTree(folder.resolve("config.json").toFile()),
                SafeTensors.open(folder.resolve("model.safetensors")),
                new TokenizerFiles(folder, "{}", Optional.empty(), SpecialTokens.NONE));
    }

    private static int[] ints(JsonNode list) {
        return IntStream.range(0, list.size()).map(i -> list.get(i).asInt()).toArray();
    }

    private static List<Rollout> rollouts(JsonNode answers) {
        return StreamSupport.stream(answers.spliterator(), false)
                .map(row -> new Rollout(
                        ints(row.get("prompt")),
                        ints(row.get("answer")),
                        row.get("score").asDouble()))
                .toList();
    }

    /** The terms of every update, as the trainer computes them. */
    private static List<Map<String, Double>> updates(String algorithm, JsonNode fixture) throws IOException {
        JsonNode settings = fixture.get("settings");
        double rate = settings.get("learningRate").asDouble();
        List<Map<String, Double>> all = new ArrayList<>();
        try (ModelFiles files = model();
                LanguageModel student = LanguageModel.load(files, ElementType.F32);
                LanguageModel start = LanguageModel.load(files, ElementType.F32);
                PolicyLoss loss = new PolicyLoss(
                        settings.get("clip").asDouble(),
                        settings.get("valueClip").asDouble());
                ValueHead head = new ValueHead(
                        student.config().width(), settings.get("valueStart").asDouble());
                Learners learners = learners(algorithm, student, head, settings)) {
            // Parts of 5 answers, so that gradients of a step's parts add up.
            Policy policy = new Policy(student, loss, 5);
            Policy reference = new Policy(start, loss, 5);
            Algorithm way = algorithm.equals("ppo")
                    ? new Ppo(
                            policy,
                            reference,
                            head,
                            loss,
                            new Advantages(
                                    settings.get("discount").asDouble(),
                                    settings.get("lambda").asDouble()),
                            true,
                            settings.get("valueWeight").asDouble())
                    : new Grpo(policy, reference, loss, settings.get("group").asInt(), Grpo.Scale.Std, 9);
            Improvement improvement = new Improvement(
                    way, settings.get("epochs").asInt(), settings.get("steps").asInt(), 5);
            for (JsonNode answers : fixture.get("answers")) {
                Experience experience = way.judge(
                        rollouts(answers), settings.get("klCoefficient").asDouble());
                Map<String, Double> terms = improvement.on(experience, learners, rate, all.size());
                terms.put("kl", experience.divergence());
                all.add(terms);
            }
        }
        return all;
    }

    private static Learners learners(String algorithm, LanguageModel student, ValueHead head, JsonNode settings) {
        Map<String, Tensor> trained = new LinkedHashMap<>();
        for (String name : student.lastLayerNames(0)) {
            try (Scope scope = Scope.open()) {
                student.replace(name, Ops.copy(scope, student.get(name), ElementType.F32));
            }
            trained.put(name, student.get(name));
        }
        double relative = settings.get("valueLearningRate").asDouble()
                / settings.get("learningRate").asDouble();
        return new Learners(
                new Parameters(trained, AdamW.FINE_TUNING),
                algorithm.equals("ppo")
                        ? Optional.of(
                                new Learners.Value(new Parameters(head.weights(), AdamW.FINE_TUNING), relative, 0))
                        : Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ppo", "grpo"})
    void everyUpdatesLossesAreThoseOfPyTorch(String algorithm) throws IOException {
        JsonNode fixture = fixture();
        List<Map<String, Double>> found = updates(algorithm, fixture);
        double worst = 0;
        String where = "";
        for (int update = 0; update < found.size(); update++) {
            for (Map.Entry<String, JsonNode> term :
                    fixture.get(algorithm).get(update).properties()) {
                double wanted = term.getValue().asDouble();
                double got = found.get(update).getOrDefault(term.getKey(), Double.NaN);
                double far = Math.abs(got - wanted) / Math.max(SMALL, Math.abs(wanted));
                if (!(far <= worst)) {
                    worst = far;
                    where = "%s of update %d: %s, in PyTorch %s".formatted(term.getKey(), update + 1, got, wanted);
                }
            }
        }
        System.out.printf("%s: worst relative difference %.1e (%s)%n", algorithm, worst, where);
        assertThat(found).hasSize(fixture.get("settings").get("updates").asInt());
        assertThat(worst).as(where).isLessThan(CLOSE);
    }
}
