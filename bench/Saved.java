import dev.potstill.api.Stage;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.stage.Models;
import dev.potstill.trainer.stage.StageChain;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.SafeTensorsWriter;
import dev.potstill.trainer.weights.TensorEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Distils a small student of every form from each model folder under one, and saves it with its logits under another. */
final class Saved {
    private static final Map<String, String> FORMS = new LinkedHashMap<>();

    static {
        FORMS.put("merged", "\"lora\": {\"rank\": 4, \"alpha\": 8, \"targets\": \"AllLinear\"}");
        FORMS.put("adapter", "\"lora\": {\"rank\": 4, \"alpha\": 8, \"rankStabilized\": true, \"keep\": \"Adapter\"}");
        FORMS.put("adapter-all", "\"lora\": {\"rank\": 2, \"alpha\": 8, \"targets\": \"AllLinear\", \"keep\": \"Adapter\"}");
        FORMS.put("full-cut", "\"architecture\": \"Full\", \"keepLayers\": 2");
        FORMS.put("mixture", "\"architecture\": \"MoE\", \"moe\": {\"experts\": 4, \"activeExperts\": 2}");
    }

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        Path out = Path.of(arguments[1]);
        Path tiny = out.resolve("tiny");
        new TinyLlama(2, 16, 4, 2, 24, 0.3).save(tiny, 1);
        List<Path> models;
        try (Stream<Path> below = Files.list(root)) {
            models = below.filter(path -> Files.exists(path.resolve("config.json"))).sorted().toList();
        }
        for (Path model : models) {
            for (Map.Entry<String, String> form : FORMS.entrySet()) {
                boolean dense = List.of("llama", "mistral").contains(model.getFileName().toString());
                if (dense || !form.getKey().equals("mixture")) {
                    save(model, tiny, form, out.resolve(model.getFileName() + "-" + form.getKey()));
                }
            }
        }
    }

    private static void save(Path model, Path tiny, Map.Entry<String, String> form, Path folder) throws IOException {
        copy(model, folder.resolve("teacher"), List.of("config.json", "model.safetensors"));
        copy(tiny, folder.resolve("teacher"), List.of("tokenizer.json", "tokenizer_config.json"));
        StageChain chain = new StageChain(
                folder, "{\"model\": \"file://%s/teacher\", %s}".formatted(folder, form.getValue()));
        chain.run(Stage.Feature);
        chain.run(Stage.Response);
        int[] ids = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4};
        try (Models.Open student = chain.models().student();
                Arena arena = Arena.ofConfined();
                Scope scope = Scope.open()) {
            var batch = student.model().pack(scope, List.of(ids));
            Tensor logits = student.model().logits(scope, student.model().norm(scope, student.model().forward(scope, batch)));
            float[] numbers = new float[ids.length];
            for (int i = 0; i < ids.length; i++) {
                numbers[i] = ids[i];
            }
            List<Long> shape = List.of(logits.size(0), logits.size(1));
            SafeTensorsWriter.write(folder.resolve("expected.safetensors"), List.of(
                    TensorEntry.of("ids", List.of((long) ids.length), numbers, arena),
                    TensorEntry.of("logits", shape, logits.floats(), arena)));
        }
        Files.createSymbolicLink(folder.resolve("student"), chain.student(Stage.Response));
    }

    private static void copy(Path from, Path to, List<String> names) throws IOException {
        Files.createDirectories(to);
        for (String name : names) {
            Files.copy(from.resolve(name), to.resolve(name));
        }
    }
}
