package dev.potstill.trainer.signals;

import dev.potstill.trainer.engine.NativeHeap;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.model.HeadChunks;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a teacher in this process says of samples: hidden states after some layers, or its likeliest next tokens. */
public final class Teacher implements AutoCloseable {
    private static final String LOG_P = "log-p";
    private static final String IDS = "ids";
    private static final String LOG_TAIL = "log-tail";

    /** Tokens that 16 bits can tell apart. */
    private static final int SHORT_TOKENS = 1 << 16;

    private final LanguageModel model;
    private final Script script = Script.of("""
            def top(self, logits: Tensor, k: int, tau: float) -> List[Tensor]:
                z = logits.float() / tau
                values, ids = torch.topk(z, k, -1)
                # Summed up itself: 1 - sum(p) has no digits left where the listed tokens have nearly all.
                others = torch.logsumexp(z.scatter(1, ids, -float('inf')), -1, True)
                p = torch.log_softmax(torch.cat([values, others], -1), -1)
                return [p[:, :k], ids.to(3), p[:, k:]]
            """);

    public Teacher(LanguageModel model) {
        this.model = model;
    }

    /** The column of a layer's hidden states, in {@link #hidden}. */
    public static Column hiddenColumn(ModelConfig config, ElementType type, int layer) {
        return new Column(hidden(layer), type, config.width(), Column.Rows.Tokens);
    }

    public static String hidden(int layer) {
        return "hidden-" + layer;
    }

    /** Columns of {@link #rows}: tokens take two bytes where they are few enough. */
    public static List<Column> topColumns(int k, int vocabulary) {
        ElementType ids = vocabulary <= SHORT_TOKENS ? ElementType.I16 : ElementType.I32;
        return List.of(
                new Column(LOG_P, ElementType.F32, k, Column.Rows.Targets),
                new Column(IDS, ids, k, Column.Rows.Targets),
                new Column(LOG_TAIL, ElementType.F32, 1, Column.Rows.Targets));
    }

    /** What was stored of {@link #rows}. */
    public static Said said(Scope scope, SignalStore store, int[] samples) {
        return new Said(
                store.rows(scope, LOG_P, samples),
                Ops.unsigned(scope, store.rows(scope, IDS, samples)),
                store.rows(scope, LOG_TAIL, samples));
    }

    /** Hidden states [tokens, width] after each of these layers. */
    public Map<String, Tensor> hidden(Scope scope, TrainingSet set, int[] samples, List<Integer> layers) {
        List<List<Tensor>> found =
                new Ascent(model, scope, set, samples).climb(scope, Collections.max(layers) + 1, layers);
        Map<String, Tensor> states = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            states.put(hidden(layers.get(i)), joined(scope, found.get(i)));
        }
        return states;
    }

    /** Rows to store by the names of {@link #topColumns}. */
    public static Map<String, Tensor> rows(Said said) {
        return Map.of(LOG_P, said.logP(), IDS, said.ids(), LOG_TAIL, said.logTail());
    }

    /** Its k likeliest next tokens, or as many as there are; closed with this. */
    public TopSource top(int k, double temperature) {
        return new Top(this, Math.min(k, model.config().vocabulary()), temperature);
    }

    private record Top(Teacher teacher, int k, double temperature) implements TopSource {
        @Override
        public Said said(Scope scope, TrainingSet set, int[] samples) {
            return teacher.said(scope, set, samples, k, temperature);
        }

        @Override
        public long blockTokens(long memory) {
            return teacher.blockTokens(topColumns(k, teacher.model.config().vocabulary()), memory);
        }

        @Override
        public void close() {
            teacher.close();
        }
    }

    /** The k likeliest next tokens of every target at a temperature. */
    public Said said(Scope scope, TrainingSet set, int[] samples, int k, double temperature) {
        List<Tensor> last = Ascent.last(model, scope, set, samples);
        long count = last.stream().mapToLong(targets -> targets.size(0)).sum();
        // Made before: what is kept of a piece would else lie where the next piece's logits were to go, and memory grow
        // by those.
        var said = new Said(
                Tensor.zeros(scope, ElementType.F32, count, k),
                Tensor.zeros(scope, ElementType.I32, count, k),
                Tensor.zeros(scope, ElementType.F32, count, 1));
        long at = 0;
        for (Tensor targets : last) {
            for (HeadChunks.Chunk chunk : HeadChunks.of(model, targets.size(0))) {
                at += say(said, at, chunk, targets, k, temperature);
            }
            targets.close();
            if (model.isStreamed()) {
                NativeHeap.trim(); // before the next batch's logits
            }
        }
        return said;
    }

    /** Puts what is said of a piece where it belongs; gives how many that were. */
    private long say(Said said, long at, HeadChunks.Chunk chunk, Tensor targets, int k, double temperature) {
        try (Scope local = Scope.open()) {
            Tensor piece = chunk.of(local, targets);
            List<Tensor> top = script.callList(local, "top", model.logits(local, piece), k, temperature);
            List<Tensor> kept = List.of(said.logP(), said.ids(), said.logTail());
            for (int i = 0; i < kept.size(); i++) {
                Ops.assign(Ops.narrow(local, kept.get(i), 0, at, piece.size(0)), top.get(i));
            }
            return piece.size(0);
        }
    }

    /** Tokens to be read together, of each of which these columns are kept: as {@link Ascent#blockTokens} says. */
    public long blockTokens(List<Column> columns, long memory) {
        return Ascent.blockTokens(model, columns, memory);
    }

    private static Tensor joined(Scope scope, List<Tensor> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        Tensor whole = Ops.cat(scope, parts, 0);
        parts.forEach(Tensor::close);
        return whole;
    }

    /** Where in a packed batch of these samples the tokens stand whose next token is to be predicted [M]. */
    public static Tensor targets(Scope scope, Packed batch, TrainingSet set, int[] samples) {
        int count = Arrays.stream(samples).map(set::targets).sum();
        long[] at = new long[count];
        int n = 0;
        for (int r = 0; r < samples.length; r++) {
            for (int position : set.targetPositions(samples[r])) {
                at[n++] = batch.starts()[r] + (long) position;
            }
        }
        return Tensor.of(scope, at, count);
    }

    @Override
    public void close() {
        script.close();
    }
}
