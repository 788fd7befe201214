package dev.potstill.trainer.signals;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.train.TrainingSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Signals of a training set. Those of samples that were met before, in whichever run, are there already; the others are computed once,
 * block by block. A block is saved when complete, so what was computed survives any end of the process.
 */
public final class SignalStore implements AutoCloseable {
    private final TrainingSet set;
    private final List<Shelf> shelves = new ArrayList<>();
    private final Map<String, Place> columns = new LinkedHashMap<>();
    private final String[] keys;

    private record Place(Shelf shelf, int column, Column of) {}

    /** Computes the signals of some samples that follow one another in a set: rows by the name of their column. */
    @FunctionalInterface
    public interface Source {
        Map<String, Tensor> compute(Scope scope, TrainingSet set, int[] samples);
    }

    /** @param cache stays open as long as this */
    public SignalStore(SignalCache cache, TrainingSet set, List<Kind> kinds) {
        this.set = set;
        this.keys = IntStream.range(0, set.size()).mapToObj(set::key).toArray(String[]::new);
        for (Kind kind : kinds) {
            Shelf shelf = new Shelf(cache, kind, wanted());
            shelves.add(shelf);
            for (int c = 0; c < kind.columns().size(); c++) {
                Column column = kind.columns().get(c);
                columns.put(column.name(), new Place(shelf, c, column));
            }
        }
        cache.hold();
    }

    private Set<String> wanted() {
        return new LinkedHashSet<>(List.of(keys));
    }

    /** The samples that some signal is missing of, each once. */
    private int[] missing() {
        Set<String> seen = new LinkedHashSet<>();
        return IntStream.range(0, set.size())
                .filter(sample -> shelves.stream().anyMatch(shelf -> !shelf.has(keys[sample])))
                .filter(sample -> seen.add(keys[sample]))
                .toArray();
    }

    /** Whether nothing is left to compute. */
    public boolean isComplete() {
        return missing().length == 0;
    }

    /** Bytes of what is left to compute. */
    public long missingBytes() {
        long bytes = 0;
        for (int sample : missing()) {
            for (Shelf shelf : shelves) {
                bytes += shelf.has(keys[sample]) ? 0 : shelf.kind().bytes(set, sample);
            }
        }
        return bytes;
    }

    /** Computes what is not there yet, and makes all of it readable. */
    public SignalStore fill(String activity, Source source, ProgressBoard progress, StopSignal stop) {
        return fill(activity, source, Ascent.BATCH_TOKENS, progress, stop);
    }

    /** The same, with so many tokens a block at most; a block is lost when the process ends within it. */
    public SignalStore fill(String activity, Source source, long blockTokens, ProgressBoard progress, StopSignal stop) {
        TrainingSet rest = set.of(byLength(missing()));
        int done = 0;
        int stored = set.size() - rest.size();
        progress.begin(activity, stored, set.size());
        while (done < rest.size()) {
            stop.check();
            int[] block = Ascent.block(rest, done, blockTokens);
            keep(source, rest, block);
            done += block.length;
            progress.advance(stored + done, tokens(rest, block), Map.of());
        }
        shelves.forEach(shelf -> shelf.seal(wanted()));
        return this;
    }

    /** The longest first: rows of one length stand in few batches, and what is too long for the memory is found at once. */
    private int[] byLength(int[] samples) {
        return IntStream.of(samples)
                .boxed()
                .sorted(Comparator.comparing(set::tokens).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static long tokens(TrainingSet set, int[] samples) {
        long tokens = 0;
        for (int sample : samples) {
            tokens += set.tokens(sample);
        }
        return tokens;
    }

    private void keep(Source source, TrainingSet rest, int[] samples) {
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> rows = source.compute(scope, rest, samples);
            // Another run may have asked for some kinds of some samples.
            shelves.forEach(shelf -> shelf.keep(rest, samples, rows));
        }
    }

    /** The rows of these samples, one sample after the other. */
    public Tensor rows(Scope scope, String column, int[] samples) {
        Place place = columns.get(column);
        if (place == null) {
            throw new IllegalArgumentException("no column " + column);
        }
        List<Tensor> parts = new ArrayList<>();
        for (int sample : samples) {
            Column of = place.of();
            parts.add(Tensor.over(
                    scope,
                    place.shelf().rows(keys[sample], place.column()),
                    of.type(),
                    of.rows().of(set, sample),
                    of.width()));
        }
        return Ops.cat(scope, parts, 0);
    }

    @Override
    public void close() {
        shelves.forEach(Shelf::close);
    }
}
