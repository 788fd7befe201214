package dev.potstill.trainer.signals;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.model.HeadChunks;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import java.util.ArrayList;
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

    /** Columns of {@link #hidden}. */
    public static List<Column> hiddenColumns(LanguageModel model, List<Integer> layers) {
        return layers.stream()
                .map(layer ->
                        new Column(hidden(layer), model.type(), model.config().width(), Column.Rows.Tokens))
                .toList();
    }

    public static String hidden(int layer) {
        return "hidden-" + layer;
    }

    /** Columns of {@link #top}. */
    public static List<Column> topColumns(int k) {
        return List.of(
                new Column(LOG_P, ElementType.F32, k, Column.Rows.Targets),
                new Column(IDS, ElementType.I32, k, Column.Rows.Targets),
                new Column(LOG_TAIL, ElementType.F32, 1, Column.Rows.Targets));
    }

    /** What was stored of {@link #top}. */
    public static Said said(Scope scope, SignalStore store, int[] samples) {
        return new Said(
                store.rows(scope, LOG_P, samples),
                store.rows(scope, IDS, samples),
                store.rows(scope, LOG_TAIL, samples));
    }

    /** Hidden states [tokens, width] after each of these layers. */
    public Map<String, Tensor> hidden(Scope scope, TrainingSet set, int[] samples, List<Integer> layers) {
        Packed batch = model.pack(scope, set.rows(samples));
        Map<String, Tensor> states = new LinkedHashMap<>();
        Tensor x = model.embed(scope, batch.ids());
        for (int l = 0; l <= Collections.max(layers); l++) {
            Tensor next = model.layer(scope, l, x, batch);
            if (!states.containsValue(x)) {
                x.close();
            }
            x = next;
            if (layers.contains(l)) {
                states.put(hidden(l), x);
            }
        }
        return states;
    }

    /** The k likeliest next tokens of every target at a temperature, as rows to store. */
    public Map<String, Tensor> top(Scope scope, TrainingSet set, int[] samples, int k, double temperature) {
        return rows(said(scope, set, samples, k, temperature));
    }

    /** Rows to store by the names of {@link #topColumns}. */
    public static Map<String, Tensor> rows(Said said) {
        return Map.of(LOG_P, said.logP(), IDS, said.ids(), LOG_TAIL, said.logTail());
    }

    /** The k likeliest next tokens of every target at a temperature. */
    public Said said(Scope scope, TrainingSet set, int[] samples, int k, double temperature) {
        Packed batch = model.pack(scope, set.rows(samples));
        Tensor hidden = model.norm(scope, model.forward(scope, batch));
        Tensor targets = Ops.rows(scope, hidden, targets(scope, batch, set, samples));
        List<List<Tensor>> chunks = new ArrayList<>();
        for (HeadChunks.Chunk chunk : HeadChunks.of(model, targets.size(0))) {
            try (Scope local = Scope.open()) {
                Tensor logits = model.logits(local, chunk.of(local, targets));
                List<Tensor> top = script.callList(local, "top", logits, k, temperature);
                chunks.add(top.stream().map(scope::adopt).toList());
            }
        }
        return new Said(cat(scope, chunks, 0), cat(scope, chunks, 1), cat(scope, chunks, 2));
    }

    private static Tensor cat(Scope scope, List<List<Tensor>> chunks, int part) {
        return Ops.cat(scope, chunks.stream().map(chunk -> chunk.get(part)).toList(), 0);
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
