package dev.potstill.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.api.Student;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.weights.ElementType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gradients of adapters' A and B, against how much the loss changes along a random direction of each. */
class AdapterGradientTest {
    private static final String LLAMA = """
            {"model_type": "llama", "vocab_size": 60, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
             "num_attention_heads": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "max_position_embeddings": 64,
             "tie_word_embeddings": true}
            """;

    /** Eight experts, of which 14 tokens leave some without any. */
    private static final String MIXTRAL = """
            {"model_type": "mixtral", "vocab_size": 60, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
             "num_attention_heads": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "max_position_embeddings": 64,
             "num_local_experts": 8, "num_experts_per_tok": 1, "tie_word_embeddings": true}
            """;

    private static final List<int[]> ROWS = List.of(
            new SplittableRandom(2).ints(9, 0, 60).toArray(),
            new SplittableRandom(3).ints(5, 0, 60).toArray());

    private static final long[] LABELS =
            LongStream.range(0, 14).map(row -> row * 4).toArray();

    /** How far a direction is gone: the loss changes by well above what fp32 rounds off, and no token chooses another expert. */
    private static final double FAR = 5e-4;

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

    private static void move(LanguageModel model, String matrix, double by) {
        for (String name : model.adapted().names()) {
            if (name.contains(matrix)) {
                try (Scope scope = Scope.open()) {
                    Tensor weight = model.get(name);
                    float[] values = weight.floats();
                    float[] direction = direction(name, values.length);
                    for (int i = 0; i < values.length; i++) {
                        values[i] += (float) (by * direction[i]);
                    }
                    Tensor moved = Tensor.of(scope, values, weight.shape());
                    Torch.withoutGradients(() -> {
                        Ops.assign(weight, moved);
                        return weight;
                    });
                }
            }
        }
    }

    private static float[] direction(String name, int elements) {
        return random(elements, ~name.hashCode(), 1);
    }

    private static double along(LanguageModel model, String matrix) {
        double sum = 0;
        for (String name : model.adapted().names()) {
            if (name.contains(matrix)) {
                try (Scope scope = Scope.open()) {
                    float[] gradient = model.get(name)
                            .gathered(scope)
                            .map(Tensor::floats)
                            .orElseGet(() -> new float[(int) model.get(name).elements()]);
                    float[] direction = direction(name, gradient.length);
                    for (int i = 0; i < gradient.length; i++) {
                        sum += (double) gradient[i] * direction[i];
                    }
                }
            }
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"false, 1", "false, 4", "false, 16", "false, 17", "false, 40", "true, 4", "true, 17"})
    void it_tells_how_the_loss_changes(boolean experts, int rank) throws IOException {
        try (LanguageModel model = model(experts ? MIXTRAL : LLAMA, rank)) {
            model.adapted().names().forEach(name -> model.get(name).requireGrad());
            loss(model);
            Map<String, Double> told = Map.of("lora_A", along(model, "lora_A"), "lora_B", along(model, "lora_B"));
            for (Map.Entry<String, Double> side : told.entrySet()) {
                move(model, side.getKey(), FAR);
                double above = loss(model);
                move(model, side.getKey(), -2 * FAR);
                double changed = above - loss(model);
                move(model, side.getKey(), FAR);
                assertThat(side.getValue()).as(side.getKey()).isCloseTo(changed / (2 * FAR), withinPercentage(2));
            }
        }
    }
}
