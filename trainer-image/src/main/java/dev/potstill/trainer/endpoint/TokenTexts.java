package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.text.Vocabulary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The student's tokens as text, to tell whether a server's are the same. Servers decode a token alone or beside others, with the space
 * before it or without, and half a character as a replacement: none of these differences counts.
 */
final class TokenTexts {
    private static final String BY_ID = "token_id:";
    private static final String REPLACEMENT = "\uFFFD";

    private final Tokenizer tokenizer;
    private final int vocabulary;
    private final Map<Integer, String> pieces = new HashMap<>();
    private final Map<Integer, String> known = new ConcurrentHashMap<>();
    private final Map<Integer, Boolean> agreed = new ConcurrentHashMap<>();
    private final OptionalInt plain;
    private Map<String, List<Integer>> byText = Map.of();

    /** @param vocabulary token ids of the student: those below it */
    TokenTexts(Tokenizer tokenizer, int vocabulary) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        TokenizerFiles files = tokenizer.files();
        Vocabulary.of(files.origin(), files.tokenizerJson()).ids().forEach((piece, id) -> pieces.put(id, piece));
        this.plain = pieces.entrySet().stream()
                .filter(token -> token.getValue().matches("[A-Za-z0-9]"))
                .mapToInt(Map.Entry::getKey)
                .min();
    }

    /** A token's text. */
    String of(int id) {
        return known.computeIfAbsent(id, any -> {
            String piece = pieces.getOrDefault(id, "");
            // Decoded alone, SentencePiece's tokens lose the space before them.
            return piece.startsWith("\u2581") ? piece.replace('\u2581', ' ') : tokenizer.decode(new int[] {id}, false);
        });
    }

    /** The first token that is one letter or digit, if there is one. */
    OptionalInt plain() {
        return plain;
    }

    /** {@link OtherTokens} where the student has no such token, or another in its place. */
    void require(int id, JsonNode text) {
        if (id >= vocabulary) {
            throw new OtherTokens(
                    "lists token %d, but the student's vocabulary ends before %d".formatted(id, vocabulary));
        }
        if (text.isTextual() && !agreed.containsKey(id)) {
            if (!same(text.textValue(), id)) {
                throw new OtherTokens("says that token %d is \"%s\", and to the student it is \"%s\""
                        .formatted(id, text.textValue(), of(id)));
            }
            agreed.put(id, true);
        }
    }

    private boolean same(String text, int id) {
        String own = of(id);
        return !pieces.containsKey(id) // a place in the embedding without a token
                || text.isEmpty()
                || text.contains(REPLACEMENT)
                || own.contains(REPLACEMENT)
                || bare(text).equals(bare(own))
                || text.equals(pieces.get(id));
    }

    private static String bare(String text) {
        return text.replace('\u2581', ' ').replace('\u0120', ' ').strip();
    }

    /** Whether a server names a token by its id. */
    static boolean isById(String name) {
        return name.matches(BY_ID + "\\d{1,9}");
    }

    /** Whether a name that a server gives a token may be this one's. */
    boolean mayBe(String name, int id) {
        return isById(name) ? name.equals(BY_ID + id) : same(name, id);
    }

    /** The one token that a server gives this name. */
    Optional<Integer> id(String name) {
        if (isById(name)) {
            int id = Integer.parseInt(name.substring(BY_ID.length()));
            require(id, com.fasterxml.jackson.databind.node.MissingNode.getInstance());
            return Optional.of(id);
        }
        List<Integer> ids = byText().getOrDefault(name, List.of());
        return ids.size() == 1 ? Optional.of(ids.getFirst()) : Optional.empty();
    }

    private synchronized Map<String, List<Integer>> byText() {
        if (byText.isEmpty()) {
            Map<String, List<Integer>> all = new HashMap<>();
            pieces.keySet()
                    .forEach(id -> all.computeIfAbsent(of(id), any -> new ArrayList<>())
                            .add(id));
            byText = all;
        }
        return byText;
    }
}
