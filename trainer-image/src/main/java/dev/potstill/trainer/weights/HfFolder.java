package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A model as the folder of files that Hugging Face's libraries load and save. */
public final class HfFolder {
    private HfFolder() {}

    static ModelFiles open(Path folder) {
        JsonNode config = JsonFile.object(folder.resolve("config.json"));
        TokenizerFiles tokenizer = HfTokenizer.open(folder, config);
        // A quantised model is read as the model it stands for.
        return new ModelFiles(folder, GptqConfig.removedFrom(config), decoded(folder, config), tokenizer);
    }

    /** A folder's tensors, as the model that a quantised one stands for. */
    public static Weights decoded(Path folder, JsonNode config) {
        Optional<Fp8Config> fp8 = Fp8Config.of(config, folder);
        if (fp8.isPresent()) {
            return new Fp8Weights(weights(folder), fp8.get());
        }
        Optional<GptqConfig> gptq = GptqConfig.of(config, folder);
        return gptq.isPresent() ? new GptqWeights(weights(folder), gptq.get()) : plain(weights(folder));
    }

    /** Scales without the setting that says what of would be passed over, and the weights be wrong without a word. */
    private static Weights plain(Weights stored) {
        for (String name : stored.names()) {
            if (name.endsWith(Fp8Weights.SCALE)) {
                stored.close();
                throw Problem.rejected(
                        "%s: tensor %s: found the scale of a weight in fp8, expected quantization_config in config.json with quant_method \"fp8\""
                                .formatted(stored.origin(), name));
            }
        }
        return stored;
    }

    private static Weights weights(Path folder) {
        Path single = folder.resolve("model.safetensors");
        Path index = folder.resolve("model.safetensors.index.json");
        if (Files.exists(single)) {
            return SafeTensors.open(single);
        }
        if (Files.exists(index)) {
            return ShardedSafeTensors.open(index);
        }
        throw Problem.rejected(
                folder + ": holds no weights; expected model.safetensors or model.safetensors.index.json");
    }

    /** Writes a folder that transformers' AutoModelForCausalLM and AutoTokenizer load. */
    public static void save(Path folder, JsonNode config, List<TensorEntry> tensors, TokenizerFiles tokenizer) {
        saveTokenizer(folder, config, tokenizer);
        JsonFile.write(folder.resolve("config.json"), config);
        JsonFile.write(folder.resolve("generation_config.json"), generationConfig(tokenizer.special()));
        SafeTensorsWriter.write(folder.resolve("model.safetensors"), tensors);
    }

    /** Writes the tokenizer of a model with this config, as AutoTokenizer loads it. */
    static void saveTokenizer(Path folder, JsonNode config, TokenizerFiles tokenizer) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("tokenizer.json"), tokenizer.tokenizerJson());
        } catch (IOException e) {
            throw new Problem(ExitCode.STORAGE, "%s: cannot be written (%s)".formatted(folder, e), e);
        }
        JsonFile.write(folder.resolve("tokenizer_config.json"), tokenizerConfig(config, tokenizer));
    }

    private static ObjectNode tokenizerConfig(JsonNode config, TokenizerFiles tokenizer) {
        ObjectNode json = JsonFile.JSON.createObjectNode();
        json.put("tokenizer_class", "PreTrainedTokenizerFast");
        json.put("clean_up_tokenization_spaces", false);
        json.putArray("model_input_names").add("input_ids").add("attention_mask");
        if (config.path("max_position_embeddings").isIntegralNumber()) {
            json.set("model_max_length", config.get("max_position_embeddings"));
        }
        SpecialTokens special = tokenizer.special();
        special.bos().ifPresent(token -> json.put("bos_token", token.text()));
        special.eos().stream().findFirst().ifPresent(token -> json.put("eos_token", token.text()));
        special.pad().ifPresent(token -> json.put("pad_token", token.text()));
        tokenizer.chatTemplate().ifPresent(template -> json.put("chat_template", template));
        return json;
    }

    private static ObjectNode generationConfig(SpecialTokens special) {
        ObjectNode json = JsonFile.JSON.createObjectNode();
        special.bos().ifPresent(token -> json.put("bos_token_id", token.id()));
        if (special.eos().size() == 1) {
            json.put("eos_token_id", special.eos().getFirst().id());
        } else if (!special.eos().isEmpty()) {
            ArrayNode ids = json.putArray("eos_token_id");
            special.eos().forEach(token -> ids.add(token.id()));
        }
        special.pad().ifPresent(token -> json.put("pad_token_id", token.id()));
        return json;
    }
}
