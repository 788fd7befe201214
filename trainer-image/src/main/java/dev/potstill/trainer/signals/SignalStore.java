package dev.potstill.trainer.signals;

import dev.potstill.contract.Disk;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.train.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Signals of a training set, computed once, block by block, and kept by sample: a folder of one file a column. A block is saved when
 * complete, so what was computed survives any end of the process.
 */
public final class SignalStore implements AutoCloseable {
    private final Path folder;
    private final TrainingSet set;
    private final Map<String, Column> columns = new LinkedHashMap<>();
    private final Map<String, long[]> offsets = new LinkedHashMap<>();
    private final Map<String, SignalFile> files = new LinkedHashMap<>();

    /** Computes the signals of some samples that follow one another: rows by the name of their column. */
    @FunctionalInterface
    public interface Source {
        Map<String, Tensor> compute(Scope scope, int[] samples);
    }

    /** @param folder named by everything the signals depend on */
    public SignalStore(Path folder, TrainingSet set, List<Column> columns) {
        this.folder = folder;
        this.set = set;
        for (Column column : columns) {
            this.columns.put(column.name(), column);
            long[] starts = new long[set.size() + 1];
            for (int i = 0; i < set.size(); i++) {
                starts[i + 1] = starts[i] + column.rows().of(set, i);
            }
            offsets.put(column.name(), starts);
        }
    }

    /** Computes what is not there yet, and makes all of it readable. */
    public SignalStore fill(String activity, Source source, ProgressBoard progress, StopSignal stop) {
        return fill(activity, source, Ascent.BATCH_TOKENS, progress, stop);
    }

    /** The same, with so many tokens a block at most; a block is lost when the process ends within it. */
    public SignalStore fill(String activity, Source source, long blockTokens, ProgressBoard progress, StopSignal stop) {
        try {
            Files.createDirectories(folder);
            int done = done();
            open(done);
            progress.begin(activity, done, set.size());
            while (done < set.size()) {
                stop.check();
                int[] block = block(done, blockTokens);
                append(source, block);
                done += block.length;
                save(done);
                progress.advance(done, tokens(block), Map.of());
            }
            files.values().forEach(SignalFile::map);
            return this;
        } catch (IOException e) {
            throw new Problem(
                    ExitCode.STORAGE, folder + ": " + e.getMessage() + "; free or add space and run again", e);
        }
    }

    private void open(int done) {
        columns.forEach((name, column) -> files.put(
                name,
                SignalFile.open(folder.resolve(name + ".bin"), column.type(), column.width(), offset(name, done))));
    }

    private long offset(String column, int sample) {
        long[] starts = offsets.get(column);
        if (starts == null) {
            throw new IllegalArgumentException("no column " + column);
        }
        return starts[sample];
    }

    /** So many of the batches that would come one by one that they have no more than so many tokens: what is computed stays the same. */
    private int[] block(int from, long mostTokens) {
        int to = batchEnd(from);
        long tokens = tokens(range(from, to));
        while (to < set.size()) {
            int[] next = range(to, batchEnd(to));
            tokens += tokens(next);
            if (tokens > mostTokens) {
                break;
            }
            to += next.length;
        }
        return range(from, to);
    }

    private int batchEnd(int from) {
        return Ascent.end(set, from, set.size(), sample -> sample);
    }

    private static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    private long tokens(int[] samples) {
        long tokens = 0;
        for (int sample : samples) {
            tokens += set.tokens(sample);
        }
        return tokens;
    }

    private void append(Source source, int[] samples) {
        try (Scope scope = Scope.open()) {
            source.compute(scope, samples).forEach((name, rows) -> {
                SignalFile file = files.get(name);
                if (file == null) {
                    throw new IllegalArgumentException("no column " + name);
                }
                file.append(rows);
            });
            files.values().forEach(SignalFile::force);
        }
    }

    private Path doneFile() {
        return folder.resolve("done");
    }

    /** Samples whose signals are complete. */
    private int done() throws IOException {
        try {
            return Files.exists(doneFile())
                    ? Integer.parseInt(Files.readString(doneFile()).strip())
                    : 0;
        } catch (NumberFormatException e) {
            return 0; // cut off by a power cut: all of it is computed again
        }
    }

    private void save(int done) throws IOException {
        Disk.write(doneFile(), done + "\n");
    }

    /** The rows of these samples, one sample after the other. */
    public Tensor rows(Scope scope, String column, int[] samples) {
        SignalFile file = files.get(column);
        if (file == null) {
            throw new IllegalArgumentException("no column " + column);
        }
        List<Tensor> parts = new ArrayList<>();
        for (int sample : samples) {
            long from = offset(column, sample);
            parts.add(file.rows(scope, from, offset(column, sample + 1) - from));
        }
        return Ops.cat(scope, parts, 0);
    }

    @Override
    public void close() {
        files.values().forEach(SignalFile::close);
    }
}
