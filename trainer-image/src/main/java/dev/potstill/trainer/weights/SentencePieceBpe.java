package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.text.SpecialTokens.Token;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The GGUF tokenizer model {@code llama}: SentencePiece pieces with scores, where of all neighbours those merge first whose piece has the
 * best score. As byte pairs, a piece's score becomes the rank of every split of it into two pieces. A character that is no piece is
 * written as its bytes.
 */
final class SentencePieceBpe {
    private static final String SPACE = "▁";

    /** Two pieces that merge to one of this score. */
    private record Merge(String left, String right, double score, int leftId, int rightId) {}

    private final GgufSettings settings;
    private final List<String> tokens;
    private final ObjectNode vocabulary;

    SentencePieceBpe(GgufSettings settings, List<String> tokens, ObjectNode vocabulary) {
        this.settings = settings;
        this.tokens = tokens;
        this.vocabulary = vocabulary;
    }

    ObjectNode json(ArrayNode addedTokens, Optional<Token> bos) {
        TokenizerJson json = new TokenizerJson(addedTokens, model());
        boolean leadingSpace = settings.flag("tokenizer.ggml.add_space_prefix", true);
        ArrayNode normal = json.normalizer().put("type", "Sequence").putArray("normalizers");
        ArrayNode plain = json.decoder().put("type", "Sequence").putArray("decoders");
        if (leadingSpace) {
            normal.addObject().put("type", "Prepend").put("prepend", SPACE);
        }
        replace(normal, " ", SPACE);
        replace(plain, SPACE, " ");
        plain.addObject().put("type", "ByteFallback");
        plain.addObject().put("type", "Fuse");
        if (leadingSpace) {
            plain.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        if (settings.flag("tokenizer.ggml.add_bos_token", true)) {
            bos.ifPresent(json::startsWith);
        }
        return json.build();
    }

    private ObjectNode model() {
        ObjectNode model = TokenizerJson.bpe(vocabulary);
        int unknown = settings.integer("tokenizer.ggml.unknown_token_id").orElse(0);
        if (unknown < tokens.size()) {
            model.put("unk_token", tokens.get(unknown));
        }
        model.put("fuse_unk", true).put("byte_fallback", true);
        ArrayNode pairs = model.putArray("merges");
        merges().forEach(merge -> pairs.addArray().add(merge.left()).add(merge.right()));
        return model;
    }

    private List<Merge> merges() {
        List<JsonNode> scores = settings.list("tokenizer.ggml.scores")
                .orElseThrow(() -> settings.missing("tokenizer.ggml.scores", "a list of numbers"));
        if (scores.size() != tokens.size()) {
            throw Problem.rejected("%s: tokenizer.ggml.scores has %d elements; expected %d, one for each token"
                    .formatted(settings.file(), scores.size(), tokens.size()));
        }
        List<Merge> merges = new ArrayList<>();
        for (int id = 0; id < tokens.size(); id++) {
            addSplits(merges, tokens.get(id), scores.get(id).asDouble());
        }
        merges.sort(Comparator.comparingDouble((Merge m) -> -m.score())
                .thenComparingInt(Merge::leftId)
                .thenComparingInt(Merge::rightId));
        return merges;
    }

    private void addSplits(List<Merge> merges, String piece, double score) {
        for (int at = 1; at < piece.length() && vocabulary.has(piece); at++) {
            JsonNode left = vocabulary.get(piece.substring(0, at));
            JsonNode right = vocabulary.get(piece.substring(at));
            if (left != null && right != null) {
                merges.add(new Merge(piece.substring(0, at), piece.substring(at), score, left.asInt(), right.asInt()));
            }
        }
    }

    private static void replace(ArrayNode steps, String from, String to) {
        steps.addObject()
                .put("type", "Replace")
                .put("content", to)
                .putObject("pattern")
                .put("String", from);
    }
}
