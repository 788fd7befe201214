package dev.potstill.trainer.signals;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.train.TrainingSet;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The signals of one kind: found again by a sample's tokens, in whichever run they were computed. */
final class Shelf implements AutoCloseable {
    private final SignalCache cache;
    private final Kind kind;
    private final Path folder;
    private final Arena arena = Arena.ofShared();

    /** Of each sample its rows in each column, mapped. */
    private final Map<String, MemorySegment[]> found = new HashMap<>();

    private final List<Path> written = new ArrayList<>();
    private @Nullable Segment open;

    /** Looks for the signals of these samples. */
    Shelf(SignalCache cache, Kind kind, Set<String> wanted) {
        this.cache = cache;
        this.kind = kind;
        this.folder = cache.folder(kind);
        find(segments().reversed(), new LinkedHashSet<>(wanted));
    }

    Kind kind() {
        return kind;
    }

    boolean has(String key) {
        return found.containsKey(key);
    }

    /** In the order in which they were begun. */
    private List<Path> segments() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Segment.number(file).isPresent())
                    .sorted(Comparator.comparing(Path::getFileName))
                    .toList();
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    private void find(List<Path> segments, Set<String> wanted) {
        for (Path segment : segments) {
            if (wanted.isEmpty()) {
                return;
            }
            int before = wanted.size();
            try {
                read(segment, wanted);
            } catch (NoSuchFileException e) {
                continue; // another trainer has made room just now
            } catch (IOException e) {
                warnOf(segment, e.getMessage());
            }
            if (wanted.size() < before) {
                cache.use(segment);
            }
        }
    }

    /** Rows that are not what was written are passed over; after a head that is not, no further frame can be found. */
    private void read(Path segment, Set<String> wanted) throws IOException {
        MemorySegment file = Segment.map(segment, arena);
        Optional<Frame> next = Frame.at(file, 0);
        while (next.isPresent()) {
            Frame frame = next.get();
            boolean asked = frame.contents().keys().stream().anyMatch(wanted::contains);
            if (asked && frame.isSound()) {
                take(frame, wanted);
            } else if (asked) {
                warnOf(segment, "the rows before byte %d are not what was written".formatted(frame.end()));
            }
            next = Frame.at(file, frame.end());
        }
    }

    private void warnOf(Path segment, @Nullable String damage) {
        cache.warn("%s is damaged (%s); what it held there is computed again".formatted(segment, damage));
    }

    private void take(Frame frame, Set<String> wanted) {
        List<String> keys = frame.contents().keys();
        MemorySegment[][] slices = new MemorySegment[keys.size()][kind.columns().size()];
        long at = 0;
        for (int c = 0; c < kind.columns().size(); c++) {
            List<Integer> rows = frame.contents().rows().get(c);
            for (int i = 0; i < keys.size(); i++) {
                long bytes = rows.get(i) * kind.columns().get(c).rowBytes();
                slices[i][c] = frame.data().asSlice(at, bytes);
                at += bytes;
            }
            at = Frame.aligned(at);
        }
        for (int i = 0; i < keys.size(); i++) {
            if (wanted.remove(keys.get(i))) {
                found.put(keys.get(i), slices[i]);
            }
        }
    }

    /** Keeps the rows of these samples that are not there yet; {@code rows} [all rows of the samples, width] of each column by its name. */
    void keep(TrainingSet set, int[] samples, Map<String, Tensor> rows) {
        int[] absent =
                Arrays.stream(samples).filter(sample -> !has(set.key(sample))).toArray();
        if (absent.length == 0) {
            return;
        }
        List<String> keys = Arrays.stream(absent).mapToObj(set::key).toList();
        List<List<Integer>> counts = new ArrayList<>();
        List<Tensor> parts = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            for (Column column : kind.columns()) {
                counts.add(Arrays.stream(absent)
                        .mapToObj(sample -> column.rows().of(set, sample))
                        .toList());
                Tensor all = Objects.requireNonNull(rows.get(column.name()), column.name());
                parts.add(absent.length == samples.length ? all : absent(scope, column, set, samples, all));
            }
            var contents = new Frame.Contents(keys, counts);
            Segment segment = segment(Frame.bytes(kind.columns(), contents));
            segment.append(kind.columns(), contents, parts);
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    /** Of the rows of all samples those of the ones that are not there yet. */
    private Tensor absent(Scope scope, Column column, TrainingSet set, int[] samples, Tensor all) {
        List<Tensor> parts = new ArrayList<>();
        long at = 0;
        for (int sample : samples) {
            int count = column.rows().of(set, sample);
            if (!has(set.key(sample))) {
                parts.add(Ops.narrow(scope, all, 0, at, count));
            }
            at += count;
        }
        return Ops.cat(scope, parts, 0);
    }

    private Segment segment(long bytes) throws IOException {
        cache.makeRoom(bytes);
        if (open != null && !open.isFull()) {
            return open;
        }
        end();
        Files.createDirectories(folder);
        List<Path> there = segments();
        int last = there.isEmpty() ? 0 : Segment.number(there.getLast()).orElseThrow();
        Segment begun = Segment.create(folder.resolve(Segment.name(last + 1)));
        written.add(begun.file());
        cache.use(begun.file());
        open = begun;
        return begun;
    }

    /** Makes readable what was kept. */
    void seal(Set<String> wanted) {
        end();
        Set<String> missing = new LinkedHashSet<>(wanted);
        missing.removeAll(found.keySet());
        find(written, missing);
        if (!missing.isEmpty()) {
            throw Problem.storage(folder, new IOException("what was just written cannot be read back"));
        }
    }

    /** A sample's rows in a column, mapped. */
    MemorySegment rows(String key, int column) {
        MemorySegment[] rows = found.get(key);
        if (rows == null) {
            throw new IllegalStateException("no signals of this sample");
        }
        return rows[column];
    }

    @Override
    public void close() {
        try {
            end();
        } finally {
            arena.close();
        }
    }

    /** Nothing more is appended to the open file. */
    private void end() {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
        open = null;
    }
}
