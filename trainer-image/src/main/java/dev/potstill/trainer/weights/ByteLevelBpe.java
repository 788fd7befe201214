package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.text.SpecialTokens.Token;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The GGUF tokenizer model {@code gpt2}: byte pairs over bytes written as letters, after a split into words. */
final class ByteLevelBpe {
    /** How a text is split into words before byte pairs are merged. */
    private enum Split {
        /** GPT-2's own: the expression is built into the tokenizers library. */
        GPT2,
        /** GPT-2's after every digit stands alone. */
        DIGITS,
        /** What llama.cpp takes where a file names none. */
        DEFAULT,
        LLAMA3,
        QWEN2
    }

    /** The file's names for them. Source: llama.cpp's table of pre-tokenizers. */
    private static final Map<String, Split> SPLITS = Map.ofEntries(
            Map.entry("default", Split.DEFAULT),
            Map.entry("gpt-2", Split.GPT2),
            Map.entry("smollm", Split.DIGITS),
            Map.entry("starcoder", Split.DIGITS),
            Map.entry("refact", Split.DIGITS),
            Map.entry("command-r", Split.DIGITS),
            Map.entry("llama-bpe", Split.LLAMA3),
            Map.entry("llama3", Split.LLAMA3),
            Map.entry("llama-v3", Split.LLAMA3),
            Map.entry("qwen2", Split.QWEN2),
            Map.entry("deepseek-r1-qwen", Split.QWEN2));

    private static final String GPT2_WORDS =
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";
    private static final List<String> DEFAULT_WORDS =
            List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2_WORDS, "\\p{N}+", "[0-9][0-9][0-9]");
    private static final String LLAMA3_WORDS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String QWEN2_WORDS = LLAMA3_WORDS.replace("\\p{N}{1,3}", "\\p{N}");

    private final GgufSettings settings;
    private final ObjectNode vocabulary;
    private final Split split;

    ByteLevelBpe(GgufSettings settings, ObjectNode vocabulary) {
        this.settings = settings;
        this.vocabulary = vocabulary;
        String name = settings.text("tokenizer.ggml.pre").orElse("default");
        this.split = Optional.ofNullable(SPLITS.get(name))
                .orElseThrow(() -> Problem.rejected("%s: tokenizer.ggml.pre is %s; expected one of %s"
                        .formatted(
                                settings.file(),
                                name,
                                String.join(
                                        ", ", SPLITS.keySet().stream().sorted().toList()))));
    }

    ObjectNode json(ArrayNode addedTokens, Optional<Token> bos) {
        TokenizerJson json = new TokenizerJson(addedTokens, model());
        if (split == Split.QWEN2) {
            json.normalizer().put("type", "NFC");
        }
        preTokenizer(json.preTokenizer());
        if (settings.flag("tokenizer.ggml.add_bos_token", split == Split.LLAMA3)) {
            bos.ifPresent(json::startsWith);
        }
        byteLevel(json.decoder(), true);
        return json.build();
    }

    private ObjectNode model() {
        List<String> merges = settings.texts("tokenizer.ggml.merges")
                .orElseThrow(() -> settings.missing("tokenizer.ggml.merges", "a list of texts"));
        ObjectNode model = TokenizerJson.bpe(vocabulary);
        // Llama 3 takes a word that is a token whole, without merging up to it.
        model.put("ignore_merges", split == Split.LLAMA3);
        ArrayNode pairs = model.putArray("merges");
        for (String merge : merges) {
            int space = merge.indexOf(' ', 1);
            if (space < 0) {
                throw Problem.rejected("%s: tokenizer.ggml.merges holds '%s'; expected two tokens with a space between"
                        .formatted(settings.file(), merge));
            }
            pairs.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
        }
        return model;
    }

    private void preTokenizer(ObjectNode json) {
        json.put("type", "Sequence");
        ArrayNode steps = json.putArray("pretokenizers");
        switch (split) {
            case GPT2 -> {}
            case DIGITS -> steps.addObject().put("type", "Digits").put("individual_digits", true);
            case DEFAULT -> DEFAULT_WORDS.forEach(words -> isolate(steps, words));
            case LLAMA3 -> isolate(steps, LLAMA3_WORDS);
            case QWEN2 -> isolate(steps, QWEN2_WORDS);
        }
        byteLevel(steps.addObject(), split == Split.GPT2 || split == Split.DIGITS);
    }

    private static void isolate(ArrayNode steps, String expression) {
        ObjectNode step = steps.addObject().put("type", "Split");
        step.putObject("pattern").put("Regex", expression);
        step.put("behavior", "Isolated").put("invert", false);
    }

    private static void byteLevel(ObjectNode json, boolean splitsWords) {
        json.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", splitsWords);
    }
}
