package dev.potstill.contract;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Hashes files, several at once, and tells how far it is where that takes more than a couple of seconds. */
final class Hashing {
    /** One thread hashes faster than most disks read; few more keep a fast one or a network busy. */
    private static final int MOST_AT_ONCE = 4;

    private static final long UNTIL_FIRST_LINE = Duration.ofSeconds(2).toNanos();
    private static final long BETWEEN_LINES = Duration.ofSeconds(10).toNanos();

    private final Consumer<String> progress;
    private final LongSupplier nanoTime;
    private final long all;
    private long done;
    private long nextLine;

    private Hashing(Consumer<String> progress, LongSupplier nanoTime, long all) {
        this.progress = progress;
        this.nanoTime = nanoTime;
        this.all = all;
        this.nextLine = nanoTime.getAsLong() + UNTIL_FIRST_LINE;
    }

    /** @param files with their sizes in bytes */
    static Map<Path, String> of(Map<Path, Long> files, Consumer<String> progress, LongSupplier nanoTime)
            throws IOException {
        if (files.isEmpty()) {
            return Map.of();
        }
        long all = files.values().stream().mapToLong(Long::longValue).sum();
        return new Hashing(progress, nanoTime, all).digests(files);
    }

    /** The largest first, so that none of the threads is left with one at the end. */
    private Map<Path, String> digests(Map<Path, Long> files) throws IOException {
        int threads = Math.min(files.size(), Math.clamp(Runtime.getRuntime().availableProcessors(), 2, MOST_AT_ONCE));
        var factory = Thread.ofPlatform().daemon().name("hashing-", 0).factory();
        var begun = new LinkedHashMap<Path, Future<String>>();
        ExecutorService workers = Executors.newFixedThreadPool(threads, factory);
        try {
            files.entrySet().stream()
                    .sorted(Map.Entry.<Path, Long>comparingByValue(Comparator.reverseOrder()))
                    .map(Map.Entry::getKey)
                    .forEach(file ->
                            begun.put(file, workers.submit(() -> Sha256.of(file, bytes -> read(file, bytes)))));
            var digests = new HashMap<Path, String>();
            for (var file : begun.entrySet()) {
                digests.put(file.getKey(), digest(file.getValue()));
            }
            return digests;
        } finally {
            workers.shutdownNow();
        }
    }

    private static String digest(Future<String> file) throws IOException {
        try {
            return file.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private synchronized void read(Path file, int bytes) {
        done += bytes;
        long now = nanoTime.getAsLong();
        if (now - nextLine >= 0) {
            nextLine = now + BETWEEN_LINES;
            progress.accept(
                    "hashing %s, %s of %s".formatted(file.getFileName(), ByteSize.words(done), ByteSize.words(all)));
        }
    }
}
