package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.text.TokenizerFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Low-rank adapters as the folder that PEFT loads and saves: {@code adapter_config.json} and {@code adapter_model.safetensors}, with
 * the tokenizer beside them.
 *
 * @param folder holds it
 * @param rank of all adapters
 * @param alpha their scale times rank, or times √rank where {@code rankStabilized}
 * @param modules last parts of the names of the linear layers that carry one
 */
public record PeftFolder(Path folder, int rank, int alpha, boolean rankStabilized, Set<String> modules) {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    /** What PEFT puts before the names of the model it wraps. */
    private static final String PREFIX = "base_model.model.";

    /** Whether there is one in this folder. */
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(CONFIG));
    }

    public static PeftFolder open(Path folder) {
        JsonNode json = JsonFile.object(folder.resolve(CONFIG));
        if (!json.path("peft_type").asText().equals("LORA")) {
            throw Problem.unfit("%s: peft_type: found %s, expected \"LORA\""
                    .formatted(folder.resolve(CONFIG), json.path("peft_type")));
        }
        Set<String> modules = new TreeSet<>();
        json.path("target_modules").forEach(module -> modules.add(module.asText()));
        return new PeftFolder(
                folder,
                json.path("r").asInt(),
                json.path("lora_alpha").asInt(),
                json.path("use_rslora").asBoolean(),
                modules);
    }

    /** The adapters by the names of the model: {@code model.layers.0.self_attn.q_proj.lora_A.weight}. */
    public Weights weights() {
        Weights stored = SafeTensors.open(folder.resolve(WEIGHTS));
        return new Weights() {
            @Override
            public Path origin() {
                return stored.origin();
            }

            @Override
            public Set<String> names() {
                Set<String> names = new TreeSet<>();
                stored.names().forEach(name -> names.add(name.substring(PREFIX.length())));
                return names;
            }

            @Override
            public TensorEntry get(String name) {
                return stored.get(PREFIX + name).named(name);
            }

            @Override
            public long fileBytes() {
                return stored.fileBytes();
            }

            @Override
            public void unload() {
                stored.unload();
            }

            @Override
            public void close() {
                stored.close();
            }
        };
    }

    /** Writes it; {@code base} is the model that the adapters are for. */
    public void save(Path base, List<TensorEntry> adapters, TokenizerFiles tokenizer, JsonNode config) {
        HfFolder.saveTokenizer(folder, config, tokenizer);
        ObjectNode json = JsonFile.JSON.createObjectNode();
        json.put("peft_type", "LORA");
        json.put("task_type", "CAUSAL_LM");
        json.put("base_model_name_or_path", base.toAbsolutePath().normalize().toString());
        json.put("r", rank);
        json.put("lora_alpha", alpha);
        json.put("use_rslora", rankStabilized);
        json.put("lora_dropout", 0.0);
        json.put("bias", "none");
        json.put("fan_in_fan_out", false);
        json.put("init_lora_weights", true);
        json.put("inference_mode", true);
        modules.forEach(json.putArray("target_modules")::add);
        JsonFile.write(folder.resolve(CONFIG), json);
        SafeTensorsWriter.write(
                folder.resolve(WEIGHTS),
                adapters.stream()
                        .map(entry -> entry.named(PREFIX + entry.name()))
                        .toList());
    }
}
