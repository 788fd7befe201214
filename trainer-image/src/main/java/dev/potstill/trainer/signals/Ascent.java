package dev.potstill.trainer.signals;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.train.TrainingSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Samples on their way up a model, in batches small enough to be put through a layer at once; all batches pass a layer before the
 * first passes the next.
 */
public final class Ascent {
    /** Places of tokens put through a layer at once: enough to keep the processor busy, few enough to stay small. */
    static final int BATCH_TOKENS = 4096;

    private final LanguageModel model;
    private final List<Batch> batches = new ArrayList<>();

    /** Some of the samples, and the hidden states [tokens, width] they have come to. */
    private static final class Batch {
        final int[] samples;
        final Packed packed;
        Tensor states;

        Batch(int[] samples, Packed packed, Tensor states) {
            this.samples = samples;
            this.packed = packed;
            this.states = states;
        }
    }

    /** Final hidden states [M, width], normed, where the next token is to be predicted, in pieces. */
    public static List<Tensor> last(LanguageModel model, Scope scope, TrainingSet set, int[] samples) {
        Ascent ascent = new Ascent(model, scope, set, samples);
        ascent.climb(scope, model.config().layers(), List.of());
        List<Tensor> last = new ArrayList<>();
        for (Batch batch : ascent.batches) {
            try (Scope local = Scope.open()) {
                Tensor targets = Teacher.targets(local, batch.packed, set, batch.samples);
                last.add(scope.adopt(model.norm(local, Ops.rows(local, batch.states, targets))));
                batch.states.close();
            }
        }
        return last;
    }

    Ascent(LanguageModel model, Scope scope, TrainingSet set, int[] samples) {
        this.model = model;
        for (int from = 0; from < samples.length; ) {
            int to = end(set, from, samples.length, place -> samples[place]);
            int[] some = Arrays.copyOfRange(samples, from, to);
            Packed packed = model.pack(scope, set.rows(some));
            batches.add(new Batch(some, packed, model.embed(scope, packed.ids())));
            from = to;
        }
    }

    /**
     * Where the batch ends that begins at {@code from}; it has one sample at least. Its places count, as attention fills each row up to
     * the longest.
     */
    static int end(TrainingSet set, int from, int count, IntUnaryOperator sample) {
        int to = from;
        long longest = 0;
        while (to < count) {
            longest = Math.max(longest, set.tokens(sample.applyAsInt(to)));
            if (to > from && longest * (to - from + 1) > BATCH_TOKENS) {
                break;
            }
            to++;
        }
        return to;
    }

    /**
     * The samples of so many batches from {@code from} on, one at least, that they have no more than so many tokens. They are the batches
     * that would come one by one: what is computed stays the same.
     */
    static int[] block(TrainingSet set, int from, long mostTokens) {
        int to = from;
        long tokens = 0;
        while (to < set.size()) {
            int end = end(set, to, set.size(), sample -> sample);
            tokens += IntStream.range(to, end).mapToLong(set::tokens).sum();
            if (to > from && tokens > mostTokens) {
                break;
            }
            to = end;
        }
        return IntStream.range(from, to).toArray();
    }

    /**
     * Tokens that are put through a streamed model together: as many as the memory holds, so that its weights are read as few times
     * as possible. Those of a model in memory go batch by batch.
     *
     * @param columns of what is kept of each token
     * @param memory bytes in all
     */
    public static long blockTokens(LanguageModel model, List<Column> columns, long memory) {
        if (!model.isStreamed()) {
            return BATCH_TOKENS;
        }
        // A state, the one it becomes, and what is kept: as it is computed and joined.
        long kept = columns.stream().mapToLong(Column::rowBytes).sum();
        long token = 2L * model.config().width() * model.type().bytes() + 2 * kept;
        return new ModelSize(model.config(), model.type(), 0, true).blockTokens(memory, BATCH_TOKENS, token);
    }

    /** Through the layers below {@code to}; gives the states of all samples after each of the {@code kept}, in their order. */
    List<List<Tensor>> climb(Scope scope, int to, List<Integer> kept) {
        List<List<Tensor>> found = new ArrayList<>();
        kept.forEach(layer -> found.add(new ArrayList<>()));
        model.eachLayer(to, l -> {
            for (Batch batch : batches) {
                Tensor next = model.layer(scope, l, batch.states, batch.packed);
                if (!kept.contains(l - 1)) {
                    batch.states.close();
                }
                batch.states = next;
                if (kept.contains(l)) {
                    found.get(kept.indexOf(l)).add(next);
                }
            }
        });
        return found;
    }
}
