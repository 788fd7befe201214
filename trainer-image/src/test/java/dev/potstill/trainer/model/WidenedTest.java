package dev.potstill.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.api.Student;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.weights.ElementType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Weights held in bf16 and computed with in fp32, against the same weights held in fp32. */
class WidenedTest {
    /** A head of two and a bit of the pieces that are widened at once. */
    private static final String SHAPE = """
            {"model_type": "llama", "vocab_size": 4300, "hidden_size": 2048, "intermediate_size": 64, "num_hidden_layers": 3,
             "num_attention_heads": 16, "num_key_value_heads": 4, "rms_norm_eps": 1e-5, "max_position_embeddings": 64,
             "tie_word_embeddings": false}
            """;

    private static final List<int[]> ROWS = List.of(
            new SplittableRandom(2).ints(9, 0, 4300).toArray(),
            new SplittableRandom(3).ints(5, 0, 4300).toArray());

    /** What is computed of the rows: hidden states, logits, and the gradient of the first layer's adapter by two ways. */
    private record Computed(float[] hidden, float[] logits, float[] listed, float[] all, List<int[]> greedy) {}

    /** A model whose every weight is one that bf16 can hold. */
    private static LanguageModel model(Arithmetic arithmetic) throws IOException {
        ModelConfig config = ModelConfig.of(new ObjectMapper().readTree(SHAPE), "SHAPE");
        LanguageModel model = LanguageModel.random(config, arithmetic, 0.03, 1);
        model.adapted().attach(new Adapters(4, 2, Student.Targets.AllLinear));
        SplittableRandom random = new SplittableRandom(4);
        for (String name : model.names()) {
            try (Scope scope = Scope.open()) {
                Tensor weight = model.get(name);
                float[] values = weight.floats();
                for (int i = 0; i < values.length && name.contains("lora"); i++) {
                    values[i] = (float) random.nextDouble(-0.1, 0.1);
                }
                Tensor bf16 = Ops.copy(scope, Tensor.of(scope, values, weight.shape()), ElementType.BF16);
                Ops.assign(weight, Ops.copy(scope, bf16, arithmetic.held()));
            }
        }
        return model;
    }

    private static Computed computed(Arithmetic arithmetic) throws IOException {
        List<Generator.Request> prompts = new ArrayList<>();
        ROWS.forEach(row -> prompts.add(new Generator.Request(row, prompts.size())));
        try (LanguageModel model = model(arithmetic);
                Scope scope = Scope.open();
                Generator generator = new Generator(model)) {
            Tensor hidden = model.norm(scope, model.forward(scope, model.pack(scope, ROWS)));
            return new Computed(
                    hidden.floats(),
                    model.logits(scope, hidden).floats(),
                    listed(arithmetic),
                    all(arithmetic),
                    generator.generate(prompts, new Sampling(0, 6, List.of(), 0), _ -> {}));
        }
    }

    private static float[] listed(Arithmetic arithmetic) throws IOException {
        try (LabelLoss loss = new LabelLoss()) {
            return gradient(arithmetic, loss::listed);
        }
    }

    private static float[] all(Arithmetic arithmetic) throws IOException {
        try (LabelLoss loss = new LabelLoss()) {
            return gradient(arithmetic, loss::all);
        }
    }

    private interface Learning {
        void from(LanguageModel model, Tensor hidden, long[] labels);
    }

    private static float[] gradient(Arithmetic arithmetic, Learning learning) throws IOException {
        try (LanguageModel model = model(arithmetic)) {
            List<String> adapters = model.adapted().names();
            return Torch.withGradients(() -> {
                try (Scope scope = Scope.open()) {
                    adapters.forEach(name -> model.get(name).requireGrad());
                    LayerPass pass = new LayerPass(model, scope, model.pack(scope, ROWS));
                    Tensor x = pass.through(model.embed(scope, pass.batch().ids()), 0, 3);
                    long[] labels =
                            IntStream.range(0, 14).mapToLong(i -> 300L * i).toArray();
                    learning.from(model, model.norm(scope, x), labels);
                    pass.backward();
                    return model.get(adapters.getFirst()).grad(scope).floats();
                }
            });
        }
    }

    /** The size of the difference in that of what was expected. */
    private static double off(float[] found, float[] expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) found[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / size);
    }

    @Test
    void only_what_goes_between_layers_is_rounded() throws IOException {
        Computed exact = computed(Arithmetic.in(ElementType.F32));
        Computed widened = computed(Arithmetic.widened(ElementType.BF16));
        Computed narrow = computed(Arithmetic.in(ElementType.BF16));
        assertThat(off(widened.hidden, exact.hidden)).isLessThan(0.004).isLessThan(off(narrow.hidden, exact.hidden));
        assertThat(off(widened.logits, exact.logits)).isLessThan(0.004).isLessThan(off(narrow.logits, exact.logits));
        assertThat(off(widened.listed, exact.listed)).isLessThan(0.01).isLessThan(off(narrow.listed, exact.listed));
        assertThat(off(widened.all, exact.all)).isLessThan(0.01).isLessThan(off(narrow.all, exact.all));
        assertThat(off(widened.listed, widened.all)).isLessThan(0.01);
        assertThat(widened.greedy).containsExactlyElementsOf(exact.greedy);
    }
}
