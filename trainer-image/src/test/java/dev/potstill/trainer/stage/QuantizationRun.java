package dev.potstill.trainer.stage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.Message;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.weights.HfFolder;
import dev.potstill.trainer.weights.TensorEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** A run of the quantisation stage in a folder of its own: a small random Llama, and word problems to fit on. */
record QuantizationRun(Path folder) {
    static final int WIDTH = 64;
    static final int INNER = 96;
    static final int LAYERS = 3;
    private static final int VOCABULARY = 48;
    private static final int KEYS = 32;

    QuantizationRun {
        save(folder.resolve("start"));
        writeRows(folder.resolve("data"));
    }

    WorkspaceLayout workspace() {
        return new WorkspaceLayout(folder.resolve("workspace"));
    }

    StageContext context(int groupSize, StopSignal stop, LongSupplier clock) {
        Path manifest = folder.resolve("run.yaml");
        write(manifest, List.of("""
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: tiny}
                spec:
                  teachers: [{name: tiny, model: "file://start"}]
                  student: {model: "file://start"}
                  data: {sources: [{uri: "file://data/train.jsonl"}]}
                  stages: [Data, Quantization]
                  training: {precision: FP32, maxLength: 72}
                  quantization: {groupSize: %d, calibrationSamples: 100}
                """.formatted(groupSize)));
        InputDigest data = new InputDigest(Stage.Data, new TreeMap<>());
        InputDigest input = new InputDigest(Stage.Quantization, new TreeMap<>(Map.of("groupSize", "" + groupSize)));
        return new StageContext(
                Manifest.read(manifest).spec(),
                new Upstream(input, Map.of(Stage.Data, new StageOutput(folder.resolve("data"), data, "0"))),
                workspace(),
                new ProgressBoard(Stage.Quantization, clock),
                stop,
                warning -> {});
    }

    StageContext context(int groupSize) {
        return context(groupSize, new StopSignal(), () -> 0);
    }

    private static void writeRows(Path folder) {
        WordProblems problems = new WordProblems(1);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            WordProblems.Problem problem = problems.train(i);
            lines.add(Json.compact(new Row(
                    "r" + i,
                    List.of(new Message("user", problem.prompt()), new Message("assistant", problem.reasoning())),
                    null,
                    null,
                    null,
                    Row.Origin.Source)));
        }
        write(folder.resolve(DataFiles.TRAIN), lines);
    }

    private static void write(Path file, List<String> lines) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, lines);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void save(Path folder) {
        ObjectNode config = JsonNodeFactory.instance
                .objectNode()
                .put("model_type", "llama")
                .put("hidden_size", WIDTH)
                .put("intermediate_size", INNER)
                .put("num_hidden_layers", LAYERS)
                .put("num_attention_heads", 4)
                .put("num_key_value_heads", 2)
                .put("vocab_size", VOCABULARY)
                .put("max_position_embeddings", 128)
                .put("rms_norm_eps", 1e-5)
                .put("hidden_act", "silu")
                .put("tie_word_embeddings", true);
        config.putArray("architectures").add("LlamaForCausalLM");
        try (Arena arena = Arena.ofConfined()) {
            HfFolder.save(folder, config, tensors(arena), tokenizer(folder));
        }
    }

    static TokenizerFiles tokenizer(Path origin) {
        return new TokenizerFiles(
                origin,
                WordProblemTokenizer.tokenizerJson(),
                Optional.of(WordProblemTokenizer.chatTemplate()),
                new SpecialTokens(Optional.empty(), List.of(new SpecialTokens.Token(2, "<eos>")), Optional.empty()));
    }

    private static List<TensorEntry> tensors(Arena arena) {
        Random random = new Random(5);
        List<TensorEntry> tensors = new ArrayList<>();
        tensors.add(normal("model.embed_tokens.weight", random, arena, VOCABULARY, WIDTH));
        tensors.add(ones("model.norm.weight", arena));
        for (int l = 0; l < LAYERS; l++) {
            String layer = "model.layers." + l + ".";
            tensors.add(ones(layer + "input_layernorm.weight", arena));
            tensors.add(ones(layer + "post_attention_layernorm.weight", arena));
            tensors.add(normal(layer + "self_attn.q_proj.weight", random, arena, WIDTH, WIDTH));
            tensors.add(normal(layer + "self_attn.k_proj.weight", random, arena, KEYS, WIDTH));
            tensors.add(normal(layer + "self_attn.v_proj.weight", random, arena, KEYS, WIDTH));
            tensors.add(normal(layer + "self_attn.o_proj.weight", random, arena, WIDTH, WIDTH));
            tensors.add(normal(layer + "mlp.gate_proj.weight", random, arena, INNER, WIDTH));
            tensors.add(normal(layer + "mlp.up_proj.weight", random, arena, INNER, WIDTH));
            tensors.add(normal(layer + "mlp.down_proj.weight", random, arena, WIDTH, INNER));
        }
        return tensors;
    }

    private static TensorEntry normal(String name, Random random, Arena arena, int out, int in) {
        float[] values = new float[out * in];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.1 * random.nextGaussian());
        }
        return TensorEntry.of(name, List.of((long) out, (long) in), values, arena);
    }

    private static TensorEntry ones(String name, Arena arena) {
        float[] values = new float[WIDTH];
        Arrays.fill(values, 1);
        return TensorEntry.of(name, List.of((long) WIDTH), values, arena);
    }
}
