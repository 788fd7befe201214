package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.weights.ElementType;

/** From normed hidden states to logits, and back. */
final class Head implements AutoCloseable {
    private static final String PLAIN = """
            def logits(self, x: Tensor, head: Tensor) -> Tensor:
                return torch.linear(x, head)

            def logits_into(self, x: Tensor, head: Tensor, room: Tensor) -> Tensor:
                return torch.mm(x, head.t(), out=room)

            def back(self, gradient: Tensor, head: Tensor) -> Tensor:
                return torch.mm(gradient.to(head.dtype), head)
            """;

    /** The weight is widened some tokens at a time: 16 MiB in fp32. */
    private static final String WIDENED = """
            def pieces(self, head: Tensor) -> List[Tensor]:
                return torch.split(head, max(1, 4194304 // head.size(1)), 0)

            def logits(self, x: Tensor, head: Tensor) -> Tensor:
                x = x.float()
                made = torch.empty([x.size(0), head.size(0)])
                at = 0
                for piece in self.pieces(head):
                    made.narrow(1, at, piece.size(0)).copy_(torch.linear(x, piece.float()))
                    at = at + piece.size(0)
                return made

            def logits_into(self, x: Tensor, head: Tensor, room: Tensor) -> Tensor:
                x = x.float()
                at = 0
                for piece in self.pieces(head):
                    torch.mm(x, piece.float().t(), out=room.narrow(1, at, piece.size(0)))
                    at = at + piece.size(0)
                return room

            def back(self, gradient: Tensor, head: Tensor) -> Tensor:
                added = torch.zeros([gradient.size(0), head.size(1)])
                at = 0
                for piece in self.pieces(head):
                    added = added.addmm_(gradient.narrow(1, at, piece.size(0)), piece.float())
                    at = at + piece.size(0)
                return added.to(head.dtype)
            """;

    private final ModelConfig config;
    private final ModelWeights weights;
    private final Arithmetic arithmetic;
    private final Script script;

    Head(ModelConfig config, ModelWeights weights, Arithmetic arithmetic) {
        this.config = config;
        this.weights = weights;
        this.arithmetic = arithmetic;
        this.script = Script.of(arithmetic.widens() ? WIDENED : PLAIN);
    }

    /** [vocabulary, width]: the embedding where they are tied. */
    private Tensor weight() {
        return weights.get(config.tied() ? ModelWeights.EMBEDDING : ModelWeights.HEAD);
    }

    /** Logits [N, vocabulary] of normed hidden states [N, width]. */
    Tensor logits(Scope owner, Tensor x) {
        return script.call(owner, "logits", x, weight());
    }

    /** The same where no gradient is recorded, made in the memory of {@code room} [N, vocabulary]. */
    Tensor logits(Scope owner, Tensor x, Tensor room) {
        return script.call(owner, "logits_into", x, weight(), room);
    }

    /** Bytes held of a logit whose gradient is made in its place: where it is computed in bf16, also as the way back takes it. */
    long held() {
        ElementType computed = arithmetic.computed();
        return computed == ElementType.F32 ? Float.BYTES : Float.BYTES + 2L * computed.bytes();
    }

    /** Memory for the logits of so many tokens. */
    Tensor room(Scope owner, long tokens) {
        return Tensor.zeros(owner, arithmetic.computed(), tokens, config.vocabulary());
    }

    /** The gradient of normed hidden states, from that of their logits. */
    Tensor back(Scope owner, Tensor gradient) {
        return script.call(owner, "back", gradient, weight());
    }

    @Override
    public void close() {
        script.close();
    }
}
