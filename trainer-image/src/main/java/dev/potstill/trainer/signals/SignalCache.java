package dev.potstill.trainer.signals;

import dev.potstill.contract.Disk;
import dev.potstill.contract.Problem;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.contract.WorkspaceLock;
import dev.potstill.trainer.train.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All signals of a workspace: a folder a kind, in it files of at most about a gibibyte. Where they would take more than the budget, the
 * files that were not used for longest are deleted, but none that a stage at work reads. A file's time of change is that of its last
 * use.
 */
public final class SignalCache implements AutoCloseable {
    private static final String LOCK = "signals";

    private final WorkspaceLayout workspace;
    private final Path root;
    private final long budget;
    private final InstantSource clock;
    private final Consumer<String> warnings;
    private final Set<Path> used = new HashSet<>();
    /** None before the first kind is read: who only looks what there is writes nothing. */
    private @Nullable Readers readers;

    /** @param budget bytes in all */
    public SignalCache(WorkspaceLayout workspace, long budget, InstantSource clock, Consumer<String> warnings) {
        this.workspace = workspace;
        this.root = workspace.cache().resolve(LOCK);
        this.budget = budget;
        this.clock = clock;
        this.warnings = warnings;
    }

    public long budget() {
        return budget;
    }

    Path folder(Kind kind) {
        readers().announce(kind.folder());
        return root.resolve(kind.folder());
    }

    private Readers readers() {
        if (readers == null) {
            readers = Readers.enter(root.resolve("readers"));
        }
        return readers;
    }

    /** How much of the signals of a set is there. */
    public Stock stock(TrainingSet set, List<Kind> kinds) {
        return Stock.of(root, set, kinds);
    }

    /** Bytes of all there is. */
    public long bytes() {
        try {
            return files().stream().mapToLong(SignalCache::size).sum();
        } catch (IOException e) {
            throw Problem.storage(root, e);
        }
    }

    void warn(String warning) {
        warnings.accept(warning);
    }

    /** This file is read from now on, until this is closed. */
    void use(Path segment) {
        used.add(segment);
        try {
            Files.setLastModifiedTime(segment, FileTime.from(clock.instant()));
        } catch (IOException e) {
            // A workspace that is read only: its files' order of use stays as it was.
        }
    }

    /** Bytes that may still be kept beside what is in use, here or by another trainer. */
    public long room() {
        try {
            Set<Path> taken = new HashSet<>(used);
            Set<String> elsewhere = readers().others();
            files().stream().filter(file -> elsewhere.contains(kind(file))).forEach(taken::add);
            return budget - taken.stream().mapToLong(SignalCache::size).sum();
        } catch (IOException e) {
            throw Problem.storage(root, e);
        }
    }

    /** Holds the budget, which may be lower than what others have kept; what is to be used is known by now. */
    void hold() {
        if (readers().isEntered()) {
            makeRoom(0);
        }
    }

    /** Deletes what was not used for longest until there is room for so many bytes more. */
    void makeRoom(long bytes) {
        try (var lock = WorkspaceLock.await(workspace, LOCK)) {
            List<Path> files = files();
            long total = bytes;
            for (Path file : files) {
                total += size(file);
            }
            if (total <= budget) {
                return;
            }
            Set<String> elsewhere = readers().others();
            for (Path file : files) {
                if (total > budget && !used.contains(file) && !elsewhere.contains(kind(file))) {
                    total -= size(file);
                    Disk.delete(file);
                }
            }
        } catch (IOException e) {
            throw Problem.storage(root, e);
        }
    }

    private String kind(Path file) {
        return root.relativize(file).getName(0).toString();
    }

    /** All there are, the one first that was not used for longest. */
    private List<Path> files() throws IOException {
        record Used(Path file, FileTime last) {}
        List<Used> all = new ArrayList<>();
        for (Path folder : listed(root)) {
            for (Path file : listed(folder)) {
                if (Segment.number(file).isPresent()) {
                    all.add(new Used(file, lastUse(file)));
                }
            }
        }
        return all.stream()
                .sorted(Comparator.comparing(Used::last).thenComparing(Used::file))
                .map(Used::file)
                .toList();
    }

    private static List<Path> listed(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.toList();
        }
    }

    private static FileTime lastUse(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file);
        } catch (NoSuchFileException e) {
            return FileTime.fromMillis(0); // another trainer has just deleted it
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    @Override
    public void close() {
        if (readers != null) {
            readers.close();
        }
    }
}
