package dev.potstill.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.api.Student;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.weights.ElementType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters' A and B: their gradients against how the loss changes along them, and what they say against their merged form. */
class AdaptersTest {
    private static final String LLAMA = """
            {"model_type": "llama", "vocab_size": 60, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
             "num_attention_heads": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "max_position_embeddings": 64,
             "tie_word_embeddings": true}
            """;

    /** Eight experts. */
    private static final String MIXTRAL = """
            {"model_type": "mixtral", "vocab_size": 60, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
             "num_attention_heads": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "max_position_embeddings": 64,
             "num_local_experts": 8, "num_experts_per_tok": %d, "tie_word_embeddings": true}
            """;

    private static final List<int[]> ROWS = List.of(
            new SplittableRandom(2).ints(9, 0, 60).toArray(),
            new SplittableRandom(3).ints(5, 0, 60).toArray());

    private static final long[] LABELS =
            LongStream.range(0, 14).map(row -> row * 4).toArray();

    /** How far weights are moved along their gradient: the loss changes by well above what fp32 rounds off. */
    private static final double FAR = 0.003;

    private static float[] random(int count, long seed, double most) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-most, most);
        }
        return values;
    }

    private static LanguageModel model(String shape, int rank) throws IOException {
        LanguageModel model = LanguageModel.random(
                ModelConfig.of(new ObjectMapper().readTree(shape), "shape"), Arithmetic.in(ElementType.F32), 0.2, 1);
        model.adapted().attach(new Adapters(rank, 2, Student.Targets.AllLinear));
        for (String name : model.adapted().names()) {
            try (Scope scope = Scope.open()) {
                Tensor weight = model.get(name);
                Ops.assign(
                        weight,
                        Tensor.of(scope, random((int) weight.elements(), name.hashCode(), 0.1), weight.shape()));
            }
        }
        return model;
    }

    /** Puts the gradients of the loss at the adapters, and gives it. */
    private static double loss(LanguageModel model) {
        return Torch.withGradients(() -> {
            try (Scope scope = Scope.open();
                    LabelLoss loss = new LabelLoss()) {
                LayerPass pass = new LayerPass(model, scope, model.pack(scope, ROWS));
                Tensor x = pass.through(model.embed(scope, pass.batch().ids()), 0, 2);
                double value = loss.listed(model, model.norm(scope, x), LABELS);
                pass.backward();
                return value;
            }
        });
    }

    private static Map<String, float[]> gradients(LanguageModel model, String matrix) {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        for (String name : model.adapted().names()) {
            if (name.contains(matrix)) {
                try (Scope scope = Scope.open()) {
                    model.get(name).gathered(scope).ifPresent(gradient -> gradients.put(name, gradient.floats()));
                }
            }
        }
        return gradients;
    }

    private static double norm(Map<String, float[]> gradients) {
        double sum = 0;
        for (float[] gradient : gradients.values()) {
            for (float value : gradient) {
                sum += (double) value * value;
            }
        }
        return Math.sqrt(sum);
    }

    private static void move(LanguageModel model, Map<String, float[]> direction, double by) {
        direction.forEach((name, along) -> {
            try (Scope scope = Scope.open()) {
                Tensor weight = model.get(name);
                float[] values = weight.floats();
                for (int i = 0; i < values.length; i++) {
                    values[i] += (float) (by * along[i]);
                }
                Tensor moved = Tensor.of(scope, values, weight.shape());
                Torch.withoutGradients(() -> {
                    Ops.assign(weight, moved);
                    return weight;
                });
            }
        });
    }

    /** A token passes all experts: where it chooses, the loss jumps. */
    @ParameterizedTest
    @CsvSource({"false, 1", "false, 4", "false, 16", "false, 17", "false, 40", "true, 4", "true, 17"})
    void it_is_how_the_loss_changes_along_it(boolean experts, int rank) throws IOException {
        try (LanguageModel model = model(experts ? MIXTRAL.formatted(8) : LLAMA, rank)) {
            model.adapted().names().forEach(name -> model.get(name).requireGrad());
            loss(model);
            for (String matrix : List.of("lora_A", "lora_B")) {
                Map<String, float[]> gradients = gradients(model, matrix);
                double norm = norm(gradients);
                move(model, gradients, FAR / norm);
                double above = loss(model);
                move(model, gradients, -2 * FAR / norm);
                double changed = above - loss(model);
                move(model, gradients, FAR / norm);
                clear(model);
                loss(model);
                assertThat(norm).as(matrix).isCloseTo(changed / (2 * FAR), withinPercentage(2));
            }
        }
    }

    private static void clear(LanguageModel model) {
        for (String name : model.adapted().names()) {
            try (Scope scope = Scope.open()) {
                model.get(name)
                        .gathered(scope)
                        .ifPresent(gradient ->
                                Ops.assign(gradient, Tensor.zeros(scope, gradient.type(), gradient.shape())));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 1", "false, 4", "false, 17", "true, 4", "true, 17"})
    void an_adapter_says_the_same_once_it_is_merged(boolean experts, int rank) throws IOException {
        try (LanguageModel model = model(experts ? MIXTRAL.formatted(1) : LLAMA, rank)) {
            float[] apart = hidden(model);
            model.adapted().merge();
            assertThat(hidden(model)).containsExactly(apart, within(1e-4f));
        }
    }

    private static float[] hidden(LanguageModel model) {
        try (Scope scope = Scope.open()) {
            return model.norm(scope, model.forward(scope, model.pack(scope, ROWS)))
                    .floats();
        }
    }
}
