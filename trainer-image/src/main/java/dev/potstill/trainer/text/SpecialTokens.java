package dev.potstill.trainer.text;

import java.util.List;
import java.util.Optional;

/**
 * The tokens that mark where text begins and ends.
 *
 * @param eos the tokenizer's own end token first, then whatever else ends an answer
 */
public record SpecialTokens(Optional<Token> bos, List<Token> eos, Optional<Token> pad) {

    public record Token(int id, String text) {}

    public static final SpecialTokens NONE = new SpecialTokens(Optional.empty(), List.of(), Optional.empty());

    public SpecialTokens {
        eos = List.copyOf(eos);
    }
}
