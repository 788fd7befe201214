package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.Listed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The head a chunk of tokens at a time, so that logits of all tokens, [N, vocabulary], never exist at once. */
public final class HeadChunks {
    /** Logits of a chunk that a loss of all of them reads: 24 MiB in fp32. */
    private static final long LOGITS = 6L << 20;

    /** Bytes held of each of them: in fp32 as it is, divided, exponentiated, and its gradient. */
    private static final long HELD = 4 * Float.BYTES;

    /**
     * Bytes that a loss of few logits holds of each that it reads: its token in 8, its value, the teacher's, both with the others',
     * made distributions and compared, and gradients; about.
     */
    private static final long LISTED = 48;

    /** Rows at least, as every chunk reads all of the head. */
    private static final long ROWS = 64;

    private static final Script SCRIPT = Script.of("""
            def read(self, z: Tensor, tokens: Tensor, tau: float) -> List[Tensor]:
                z = z.float()
                if tau != 1.0:
                    z = z.div_(tau)
                listed = z.gather(1, tokens)
                z = z.scatter_(1, tokens, -float('inf'))
                greatest = torch.amax(z, [-1], True)
                p = torch._softmax(z, -1, False, out=z)
                # The greatest logit and its probability tell the sum of all: log Σ exp z = max z - log max p.
                others = greatest - torch.amax(p, [-1], True).log()
                return [listed, others, p]
            """, """
            def gradient(self, p: Tensor, others: Tensor, listed: Tensor, tokens: Tensor) -> Tensor:
                # d(others)/dz is the distribution among the others, and 0 at the listed tokens.
                return p.mul_(others).scatter_add_(1, tokens, listed)

            def over(self, g: Tensor, tau: float) -> Tensor:
                return g.div_(tau)
            """);

    private HeadChunks() {}

    /** Some rows of tensors that have one row a token. */
    public record Chunk(long from, long count) {
        public Tensor of(Scope scope, Tensor rows) {
            return Ops.narrow(scope, rows, 0, from, count);
        }
    }

    /** A loss of some tokens' logits, scaled so that chunks add up. */
    @FunctionalInterface
    public interface Loss {
        Tensor of(Scope scope, Tensor logits, Chunk chunk);
    }

    /** A loss that reads the logits of a few tokens a row, fewer than there are, and of all others only their sum. */
    public interface ListedLoss {
        /** What logits are divided by before they are read. */
        double temperature();

        /** The tokens whose logits it reads [n, k]. */
        Tensor tokens(Scope scope, Chunk chunk);

        /** Scaled so that chunks add up. */
        Tensor of(Scope scope, Listed logits, Chunk chunk);
    }

    /** Tokens whose logits are held at once for a loss of all of them. */
    private static long rows(int vocabulary) {
        return Math.max(ROWS, LOGITS / vocabulary);
    }

    /** What is held at once of the logits of so many tokens, whatever reads them. */
    public static long bytes(int vocabulary, long tokens) {
        return Math.min(tokens, rows(vocabulary)) * vocabulary * HELD;
    }

    public static List<Chunk> of(LanguageModel model, long rows) {
        return of(rows, rows(model.config().vocabulary()));
    }

    /**
     * Tokens whose logits are held at once for a loss of few of them: as many times those for a loss of all as take the same memory, or
     * an eighth more. Every chunk reads all of the head.
     *
     * @param held bytes of each logit
     */
    static long rows(int vocabulary, long held, long listed) {
        long times = vocabulary * HELD * 9 / 8 / (vocabulary * held + listed * LISTED);
        return Math.clamp(times, 1, HELD / held) * rows(vocabulary);
    }

    private static List<Chunk> of(long rows, long step) {
        List<Chunk> chunks = new ArrayList<>();
        for (long from = 0; from < rows; from += step) {
            chunks.add(new Chunk(from, Math.min(step, rows - from)));
        }
        return chunks;
    }

    /** The loss over normed hidden states [N, width], whose gradient is put through to what they were computed from. */
    public static double backward(LanguageModel model, Tensor hidden, Loss loss) {
        return backward(model, hidden, loss, List.of());
    }

    /** The same, together with other terms of the same computation; gives the loss without them. */
    public static double backward(LanguageModel model, Tensor hidden, Loss loss, List<Tensor> others) {
        if (model.isWidened()) {
            return backwardByHand(model, hidden, loss, others);
        }
        try (Scope scope = Scope.open()) {
            Tensor leaf = Ops.detach(scope, hidden).requireGrad();
            Tensor one = Tensor.scalar(scope, 1);
            double sum = 0;
            for (Chunk chunk : of(model, leaf.size(0))) {
                try (Scope local = Scope.open()) {
                    Tensor logits = model.logits(local, chunk.of(local, leaf));
                    Tensor part = loss.of(local, logits, chunk);
                    part.backward(one);
                    sum += part.item();
                }
            }
            through(hidden, leaf.grad(scope), others);
            return sum;
        }
    }

    /** A graph would keep all of the head as it is widened; it is not trained. */
    private static double backwardByHand(LanguageModel model, Tensor hidden, Loss loss, List<Tensor> others) {
        try (Scope scope = Scope.open()) {
            Tensor one = Tensor.scalar(scope, 1);
            List<Tensor> gradients = new ArrayList<>();
            double sum = 0;
            for (Chunk chunk : of(model, hidden.size(0))) {
                try (Scope local = Scope.open()) {
                    Tensor logits = Torch.withoutGradients(() -> model.logits(local, chunk.of(local, hidden)))
                            .requireGrad();
                    Tensor part = loss.of(local, logits, chunk);
                    part.backward(one);
                    gradients.add(scope.adopt(model.head().back(local, logits.grad(local))));
                    sum += part.item();
                }
            }
            through(hidden, Ops.cat(scope, gradients, 0), others);
            return sum;
        }
    }

    /**
     * The same for a loss that reads few logits: the gradient of all others is known from their distribution, which is computed in
     * place of the logits. The head itself gets none.
     */
    public static double backward(LanguageModel model, Tensor hidden, ListedLoss loss, List<Tensor> others) {
        try (Scope scope = Scope.open()) {
            List<Tensor> gradients = new ArrayList<>();
            long listed = loss.tokens(scope, new Chunk(0, 1)).size(1);
            List<Chunk> chunks = of(
                    hidden.size(0),
                    rows(model.config().vocabulary(), model.head().held(), listed));
            // The same for all chunks, as the system clears memory that it gives anew.
            Tensor room = model.head().room(scope, chunks.getFirst().count());
            double sum = 0;
            for (Chunk chunk : chunks) {
                sum += read(model, hidden, loss, chunk, room, gradient -> gradients.add(scope.adopt(gradient)));
            }
            room.close();
            through(hidden, Ops.cat(scope, gradients, 0), others);
            return sum;
        }
    }

    private static double read(
            LanguageModel model, Tensor hidden, ListedLoss loss, Chunk chunk, Tensor room, Consumer<Tensor> made) {
        try (Scope local = Scope.open()) {
            Tensor tokens = loss.tokens(local, chunk);
            double tau = loss.temperature();
            Tensor logitsOfAll = Torch.withoutGradients(() ->
                    model.head().logits(local, chunk.of(local, hidden), Ops.narrow(local, room, 0, 0, chunk.count())));
            List<Tensor> read = SCRIPT.callList(local, "read", logitsOfAll, tokens, tau);
            Listed logits = new Listed(read.get(0).requireGrad(), read.get(1).requireGrad());
            Tensor part = loss.of(local, logits, chunk);
            part.backward(Tensor.scalar(local, 1));
            Tensor gradient = SCRIPT.call(
                    local,
                    "gradient",
                    read.get(2),
                    logits.others().grad(local),
                    logits.logits().grad(local),
                    tokens);
            made.accept(SCRIPT.call(local, "over", model.head().back(local, gradient), tau));
            return part.item();
        }
    }

    /** Puts the gradient of hidden states through, and other terms of their graph with it: the graph is gone after it. */
    private static void through(Tensor hidden, Tensor gradient, List<Tensor> others) {
        if (others.isEmpty()) {
            hidden.backward(gradient);
            return;
        }
        try (Scope scope = Scope.open()) {
            // The gradient of hidden · g is g.
            List<Tensor> terms = new ArrayList<>(others);
            terms.add(Ops.dot(scope, hidden, gradient));
            Ops.sum(scope, terms).backward(Tensor.scalar(scope, 1));
        }
    }
}
