package dev.potstill.trainer.fetch;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.HubPath;
import dev.potstill.contract.Pin;
import dev.potstill.contract.Pin.RemoteFile;
import dev.potstill.contract.Pins;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.run.ProgressBoard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Brings files into the cache, several at once, as long as it takes or until one cannot be had. */
record Haul(
        FetchSettings settings,
        Stores stores,
        Blobs blobs,
        Retrying retrying,
        ProgressBoard progress,
        Consumer<String> told) {
    private static final int AT_ONCE = 8;
    private static final Duration GLANCE = Duration.ofMillis(500);
    private static final long MEBIBYTE = 1 << 20;

    void bring(List<Wanted> read, Pins pins) {
        Flow flow = new Flow(System::nanoTime);
        try {
            Map<Path, Transfer> missing = new LinkedHashMap<>();
            long bytes = 0;
            for (Wanted wanted : read) {
                Pin pin = pins.of(wanted.location()).orElseThrow();
                for (RemoteFile file : pin.all()) {
                    if (!blobs.has(pin, file)
                            && missing.putIfAbsent(blobs.file(pin, file), transfer(wanted, pin, file, flow)) == null) {
                        bytes += blobs.missing(pin, file);
                    }
                }
            }
            if (!missing.isEmpty()) {
                requireSpace(bytes);
                bring(List.copyOf(missing.values()), bytes, flow);
            }
        } catch (IOException e) {
            throw Problem.storage(settings.cache(), e);
        }
    }

    private Transfer transfer(Wanted wanted, Pin pin, RemoteFile file, Flow flow) {
        if (settings.offline() && wanted.location().startsWith(HubPath.SCHEME)) {
            throw wanted.rejected(
                    "is not here whole: %s is missing in %s, and %s says not to ask the Hub"
                            .formatted(file.path(), settings.cache(), FetchSettings.OFFLINE),
                    "Unset it, or fetch it where there is a network");
        }
        return new Transfer(wanted, pin, file, stores.of(wanted), blobs, retrying, flow);
    }

    private void requireSpace(long bytes) throws IOException {
        Files.createDirectories(settings.cache());
        long free = Files.getFileStore(settings.cache()).getUsableSpace();
        if (bytes > free) {
            throw new Problem(
                    ExitCode.STORAGE,
                    "%s: %s (%,d bytes) are to be fetched, and %s are free. Free or add space, or set POTSTILL_CACHE to a folder elsewhere"
                            .formatted(settings.cache(), Bytes.of(bytes), bytes, Bytes.of(free)));
        }
    }

    private void bring(List<Transfer> transfers, long bytes, Flow flow) {
        var board = new HaulBoard(progress, flow, transfers.size(), bytes / MEBIBYTE, System::nanoTime);
        var places = new Semaphore(AT_ONCE);
        var failed = new CompletableFuture<Void>();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (Transfer transfer : transfers) {
                var one = CompletableFuture.runAsync(() -> inTurn(places, transfer), threads);
                one.whenComplete((none, cause) -> {
                    if (cause != null) {
                        failed.completeExceptionally(cause);
                    }
                });
                all.add(one);
            }
            var whole = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
            await(CompletableFuture.anyOf(whole, failed), flow, board);
            told.accept("fetched %d files, %s to %s".formatted(transfers.size(), Bytes.of(bytes), settings.cache()));
        } finally {
            threads.shutdownNow();
            flow.breakOffAll();
            threads.close();
        }
    }

    private static void inTurn(Semaphore places, Transfer transfer) {
        places.acquireUninterruptibly();
        try {
            transfer.run();
        } finally {
            places.release();
        }
    }

    private void await(CompletableFuture<?> end, Flow flow, HaulBoard board) {
        while (true) {
            try {
                retrying.stop().await(end, GLANCE);
                return;
            } catch (TimeoutException e) {
                flow.breakOffWhatStalls(settings.patience().stall());
                board.show();
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                throw cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
            }
        }
    }
}
