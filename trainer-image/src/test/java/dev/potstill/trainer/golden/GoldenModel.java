package dev.potstill.trainer.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.CrossEntropy;
import dev.potstill.trainer.loss.RouterLoss;
import dev.potstill.trainer.model.Arithmetic;
import dev.potstill.trainer.model.Generator;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.model.Routing;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.HfFolder;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.SafeTensors;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model folder in Hugging Face's layout with {@code expected.safetensors} ({@code input_ids}, {@code attention_mask}, {@code labels}
 * with −100 where ignored, {@code logits}, {@code hidden.0} … {@code hidden.L}, {@code greedy_prompt}, {@code greedy}) and
 * {@code expected.json} ({@code loss}, {@code grad_norms}).
 */
public final class GoldenModel implements AutoCloseable {
    private static final int IGNORED = -100;

    private final ModelFiles files;
    private final Weights expected;
    private final JsonNode numbers;
    private final LanguageModel model;
    private final int[] starts;
    private final List<int[]> rows = new ArrayList<>();
    private final List<int[]> labels = new ArrayList<>();

    /**
     * The worst differences, over tokens that are no padding.
     *
     * @param hidden absolute, of all layers' hidden states
     * @param logits absolute
     * @param loss absolute
     * @param gradient relative, of all weights' gradient norms
     * @param gradientOf the weight with the worst
     * @param greedy tokens that differ
     */
    public record Differences(
            double hidden, double logits, double loss, double gradient, String gradientOf, int greedy) {
        public boolean withinTolerance() {
            return hidden <= 1e-4 && logits <= 1e-4 && loss <= 1e-5 && gradient <= 1e-3 && greedy == 0;
        }
    }

    private GoldenModel(Path folder, Arithmetic arithmetic) throws IOException {
        JsonNode config =
                new ObjectMapper().readTree(folder.resolve("config.json").toFile());
        Weights weights = HfFolder.decoded(folder, config);
        TokenizerFiles none = new TokenizerFiles(folder, "{}", Optional.empty(), SpecialTokens.NONE);
        files = new ModelFiles(folder, config, weights, none);
        expected = SafeTensors.open(folder.resolve("expected.safetensors"));
        numbers = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
        model = LanguageModel.load(files, arithmetic);
        TensorEntry mask = expected.get("attention_mask");
        int length = Math.toIntExact(mask.shape().get(1));
        starts = new int[Math.toIntExact(mask.shape().get(0))];
        int[] ids = ints("input_ids");
        int[] real = ints("attention_mask");
        int[] wanted = ints("labels");
        for (int r = 0; r < starts.length; r++) {
            int row = r * length;
            int[] places =
                    IntStream.range(row, row + length).filter(i -> real[i] == 1).toArray();
            rows.add(Arrays.stream(places).map(i -> ids[i]).toArray());
            labels.add(Arrays.stream(places).map(i -> wanted[i]).toArray());
            starts[r] = r == 0 ? 0 : starts[r - 1] + rows.get(r - 1).length;
        }
    }

    public static GoldenModel open(Path folder) throws IOException {
        return open(folder, Arithmetic.in(ElementType.F32));
    }

    public static GoldenModel open(Path folder, Arithmetic arithmetic) throws IOException {
        return new GoldenModel(folder, arithmetic);
    }

    public LanguageModel model() {
        return model;
    }

    /** Rows without padding. */
    public List<int[]> rows() {
        return List.copyOf(rows);
    }

    public Differences differences() {
        int greedy = greedy();
        return Torch.withGradients(() -> {
            try (Scope scope = Scope.open()) {
                model.names().stream()
                        .filter(name -> !name.endsWith("e_score_correction_bias"))
                        .forEach(name -> model.get(name).requireGrad());
                Packed batch = model.pack(scope, rows);
                Routing routing = new Routing();
                Tensor x = model.embed(scope, batch.ids());
                double hidden = worst("hidden.0", x.floats());
                for (int l = 0; l < model.config().layers(); l++) {
                    x = model.layer(scope, l, x, batch, routing);
                    boolean last = l + 1 == model.config().layers();
                    Tensor state = last ? model.norm(scope, x) : x;
                    hidden = Math.max(hidden, worst("hidden." + (l + 1), state.floats()));
                }
                Tensor logits = model.logits(scope, model.norm(scope, x));
                Tensor loss = loss(scope, logits, routing);
                loss.backward(Tensor.scalar(scope, 1));
                double lossError = Math.abs(loss.item() - numbers.path("loss").asDouble());
                return gradients(scope, hidden, worst("logits", logits.floats()), lossError, greedy);
            }
        });
    }

    /** The mean over labels; where routers are balanced, with that term as the config weighs it. */
    private Tensor loss(Scope scope, Tensor logits, Routing routing) {
        List<Long> from = new ArrayList<>();
        List<Long> to = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            for (int t = 1; t < rows.get(r).length; t++) {
                if (labels.get(r)[t] != IGNORED) {
                    from.add(starts[r] + t - 1L);
                    to.add((long) labels.get(r)[t]);
                }
            }
        }
        Tensor predicted = Ops.rows(scope, logits, longs(scope, from));
        JsonNode config = model.config().json();
        try (CrossEntropy entropy = new CrossEntropy();
                RouterLoss balance = new RouterLoss()) {
            List<Tensor> terms = new ArrayList<>();
            terms.add(entropy.of(scope, predicted, longs(scope, to), 1.0 / to.size()));
            if (config.path("output_router_logits").asBoolean()) {
                terms.add(balance.balance(
                        scope,
                        routing.logits(),
                        config.path("num_experts_per_tok").asInt(),
                        config.path("router_aux_loss_coef").asDouble()));
            }
            return Ops.sum(scope, terms);
        }
    }

    private static Tensor longs(Scope scope, List<Long> values) {
        return Tensor.of(scope, values.stream().mapToLong(Long::longValue).toArray(), values.size());
    }

    private Differences gradients(Scope scope, double hidden, double logits, double loss, int greedy) {
        double worst = 0;
        String of = "";
        for (String name : (Iterable<String>) numbers.path("grad_norms")::fieldNames) {
            double wanted = numbers.path("grad_norms").path(name).asDouble();
            double found = norm(model.get(name).grad(scope).floats());
            double difference = Math.abs(found - wanted) / Math.max(wanted, 1e-6);
            if (difference > worst) {
                worst = difference;
                of = name;
            }
        }
        return new Differences(hidden, logits, loss, worst, of, greedy);
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    /** The greatest difference to an expected [rows, length, width] tensor. */
    private double worst(String name, float[] found) {
        TensorEntry entry = expected.get(name);
        float[] wanted = entry.floats();
        int length = Math.toIntExact(entry.shape().get(1));
        int width = Math.toIntExact(entry.shape().get(2));
        double worst = 0;
        for (int r = 0; r < rows.size(); r++) {
            for (int i = 0; i < rows.get(r).length * width; i++) {
                double difference = Math.abs(wanted[r * length * width + i] - found[starts[r] * width + i]);
                // NaN is the worst of all.
                worst = difference <= worst ? worst : difference;
            }
        }
        return worst;
    }

    /** Generated beside a longer and a shorter row, which must not change it. */
    private int greedy() {
        int[] prompt = ints("greedy_prompt");
        int[] all = ints("greedy");
        Sampling greedy = new Sampling(0, all.length - prompt.length, List.of(), 0);
        int[] shorter = Arrays.copyOf(prompt, Math.max(1, prompt.length - 3));
        try (Generator generator = new Generator(model)) {
            int[] made = generator
                    .generate(
                            List.of(
                                    new Generator.Request(shorter, 0),
                                    new Generator.Request(prompt, 1),
                                    new Generator.Request(all, 2)),
                            greedy,
                            tokens -> {})
                    .get(1);
            int differing = 0;
            for (int i = prompt.length; i < all.length; i++) {
                int at = i - prompt.length;
                differing += at < made.length && made[at] == all[i] ? 0 : 1;
            }
            return differing;
        }
    }

    private int[] ints(String name) {
        TensorEntry entry = expected.get(name);
        int[] values = new int[Math.toIntExact(entry.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = entry.type() == ElementType.I32
                    ? entry.bytes().get(ValueLayout.JAVA_INT_UNALIGNED, 4L * i)
                    : (int) entry.bytes().get(ValueLayout.JAVA_LONG_UNALIGNED, 8L * i);
        }
        return values;
    }

    @Override
    public void close() {
        model.close();
        expected.close();
        files.close();
    }
}
