package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.trainer.text.SpecialTokens.Token;

/** A {@code tokenizer.json} in the making, in the field order of the tokenizers library. */
final class TokenizerJson {
    private final ObjectNode json = JsonFile.JSON.createObjectNode();

    TokenizerJson(ArrayNode addedTokens, ObjectNode model) {
        json.put("version", "1.0");
        json.putNull("truncation").putNull("padding");
        json.set("added_tokens", addedTokens);
        json.putNull("normalizer")
                .putNull("pre_tokenizer")
                .putNull("post_processor")
                .putNull("decoder");
        json.set("model", model);
    }

    static ObjectNode bpe(ObjectNode vocabulary) {
        ObjectNode model = JsonFile.JSON.createObjectNode();
        model.put("type", "BPE").putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        model.set("vocab", vocabulary);
        return model;
    }

    ObjectNode normalizer() {
        return json.putObject("normalizer");
    }

    ObjectNode preTokenizer() {
        return json.putObject("pre_tokenizer");
    }

    ObjectNode decoder() {
        return json.putObject("decoder");
    }

    /** Has this token put before every text that is encoded with special tokens. */
    void startsWith(Token bos) {
        ObjectNode template = json.putObject("post_processor").put("type", "TemplateProcessing");
        sequence(special(template.putArray("single"), bos), "A", 0);
        sequence(special(sequence(special(template.putArray("pair"), bos), "A", 0), bos), "B", 1);
        ObjectNode token = template.putObject("special_tokens").putObject(bos.text());
        token.put("id", bos.text());
        token.putArray("ids").add(bos.id());
        token.putArray("tokens").add(bos.text());
    }

    ObjectNode build() {
        return json;
    }

    private static ArrayNode special(ArrayNode parts, Token token) {
        parts.addObject().putObject("SpecialToken").put("id", token.text()).put("type_id", 0);
        return parts;
    }

    private static ArrayNode sequence(ArrayNode parts, String id, int type) {
        parts.addObject().putObject("Sequence").put("id", id).put("type_id", type);
        return parts;
    }
}
