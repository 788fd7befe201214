package dev.potstill.trainer.fetch;

import dev.potstill.trainer.run.ProgressBoard;
import java.util.Map;
import java.util.function.LongSupplier;

/** Shows how files come on. */
final class HaulBoard {
    private static final double NANOS = 1e9;
    private static final long MEBIBYTE = 1 << 20;

    private final ProgressBoard progress;
    private final Flow flow;
    private final int files;
    private final long mebibytes;
    private final LongSupplier nanoTime;
    private final long began;

    HaulBoard(ProgressBoard progress, Flow flow, int files, long mebibytes, LongSupplier nanoTime) {
        this.progress = progress;
        this.flow = flow;
        this.files = files;
        this.mebibytes = mebibytes;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
        progress.begin("fetching %d files, %s".formatted(files, Bytes.of(mebibytes * MEBIBYTE)), 0, mebibytes);
    }

    void show() {
        long bytes = Math.max(0, flow.bytes());
        double seconds = (nanoTime.getAsLong() - began) / NANOS;
        progress.retitle("fetching %d files, %s of %s, %s/s"
                .formatted(files, Bytes.of(bytes), Bytes.of(mebibytes * MEBIBYTE), Bytes.of(bytes / seconds)));
        progress.advance(Math.min(mebibytes, bytes / MEBIBYTE), 0, Map.of());
    }
}
