package dev.potstill.trainer.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A tokenizer for tests: a token for each ASCII character, pairs to merge, and special tokens after them. */
record ByteTokens(List<String> pairs, List<String> special, Optional<String> chatTemplate) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** 95 printable characters (space as Ġ) and the line break as Ċ. */
    private static final int PLAIN = 96;

    static ByteTokens of(String... special) {
        return new ByteTokens(List.of(), List.of(special), Optional.empty());
    }

    ByteTokens merging(String... pairs) {
        return new ByteTokens(List.of(pairs), special, chatTemplate);
    }

    ByteTokens chat(String template) {
        return new ByteTokens(pairs, special, Optional.of(template));
    }

    int id(String specialToken) {
        return PLAIN + pairs.size() + special.indexOf(specialToken);
    }

    /** The first special token is the end. */
    TokenizerFiles files() {
        List<SpecialTokens.Token> eos = special.stream()
                .limit(1)
                .map(text -> new SpecialTokens.Token(id(text), text))
                .toList();
        return new TokenizerFiles(
                Path.of("model/tokenizer.json"),
                json().toString(),
                chatTemplate,
                new SpecialTokens(Optional.empty(), eos, Optional.empty()));
    }

    private ObjectNode json() {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode added = json.putArray("added_tokens");
        special.forEach(text -> added.addObject()
                .put("id", id(text))
                .put("content", text)
                .put("special", true)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false));
        json.putObject("pre_tokenizer")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("use_regex", false)
                .put("trim_offsets", false);
        json.putObject("decoder")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("use_regex", false)
                .put("trim_offsets", false);
        ObjectNode model = json.putObject("model").put("type", "BPE");
        ObjectNode vocabulary = model.putObject("vocab");
        List<String> tokens = new ArrayList<>(List.of("Ċ", "Ġ"));
        for (char c = '!'; c <= '~'; c++) {
            tokens.add(String.valueOf(c));
        }
        pairs.forEach(pair -> tokens.add(pair.replace(" ", "")));
        tokens.forEach(token -> vocabulary.put(token, vocabulary.size()));
        ArrayNode merges = model.putArray("merges");
        pairs.forEach(merges::add);
        return json;
    }
}
