package dev.potstill.trainer.builtin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The vocabulary of the word problems as Hugging Face's tokenizer files. A word carries the space before it and a
 * number is spelt digit by digit, so the text of a row is its tokens put end to end.
 */
public final class WordProblemTokenizer {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> SPECIAL = List.of("<pad>", "<bos>", "<eos>", "<sep>", "<unk>");
    private static final List<String> SIGNS = List.of(" ", "+", "-", "*", "=", "; ", ".", "?");
    private static final List<String> NAMES = List.of("Tom", "Sam", "Ann", "Eva");
    private static final List<String> WORDS = List.of(
            " He", " She", " has", " bags", " of", " buys", " finds", " sells", " loses", " gives", " away", " more",
            " apples", " pears", " books", " coins", " How", " many", " are", " left");

    /** The order of the alternatives matters: a semicolon takes the space after it, a word the one before. */
    private static final String PIECES = "; | ?[A-Za-z]+|[0-9]|[^A-Za-z0-9]";

    private WordProblemTokenizer() {}

    /** A row is {@code <bos>PROMPT<sep>REASONING<eos>}; a prompt alone ends in {@code <sep>}, where the model goes on. */
    public static String chatTemplate() {
        return "{% for message in messages %}"
                + "{% if message.role == 'user' %}<bos>{{ message.content }}<sep>"
                + "{% elif message.role == 'assistant' %}{{ message.content }}<eos>"
                + "{% endif %}{% endfor %}";
    }

    /** All tokens; a token's place is its id. */
    public static List<String> tokens() {
        var tokens = new ArrayList<>(SPECIAL);
        IntStream.rangeClosed(0, 9).mapToObj(Integer::toString).forEach(tokens::add);
        tokens.addAll(SIGNS);
        tokens.addAll(NAMES);
        tokens.addAll(WORDS);
        return List.copyOf(tokens);
    }

    /** The content of {@code tokenizer.json}: whole-word lookup after a split, and a decoder that only joins. */
    public static String tokenizerJson() {
        var root = JSON.objectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        var added = root.putArray("added_tokens");
        SPECIAL.forEach(token -> added.add(special(token)));
        root.putNull("normalizer");
        var split = root.putObject("pre_tokenizer").put("type", "Split");
        split.putObject("pattern").put("Regex", PIECES);
        split.put("behavior", "Isolated").put("invert", false);
        root.putNull("post_processor");
        root.putObject("decoder").put("type", "Fuse");
        var model = root.putObject("model").put("type", "WordLevel");
        var vocabulary = model.putObject("vocab");
        tokens().forEach(token -> vocabulary.put(token, vocabulary.size()));
        model.put("unk_token", "<unk>");
        return root.toPrettyString();
    }

    /** The content of {@code tokenizer_config.json}. */
    public static String tokenizerConfigJson() {
        return JSON.objectNode()
                .put("tokenizer_class", "PreTrainedTokenizerFast")
                .put("pad_token", "<pad>")
                .put("bos_token", "<bos>")
                .put("eos_token", "<eos>")
                .put("unk_token", "<unk>")
                .put("add_bos_token", false)
                .put("clean_up_tokenization_spaces", false)
                .put("model_max_length", WordProblems.MAX_TOKENS)
                .put("chat_template", chatTemplate())
                .toPrettyString();
    }

    private static ObjectNode special(String token) {
        return JSON.objectNode()
                .put("id", SPECIAL.indexOf(token))
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }
}
