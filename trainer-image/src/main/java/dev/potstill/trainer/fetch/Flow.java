package dev.potstill.trainer.fetch;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** All that is on its way: how much has come, and what does not come on. */
final class Flow {
    private final LongSupplier nanoTime;
    private final AtomicLong bytes = new AtomicLong();
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();

    Flow(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** One file's. */
    final class Stream implements AutoCloseable {
        private volatile long movedAt = nanoTime.getAsLong();
        private volatile @Nullable Download download;

        Download of(Download opened) {
            download = opened;
            return opened;
        }

        void moved(long more) {
            bytes.addAndGet(more);
            movedAt = nanoTime.getAsLong();
        }

        private void breakOff() {
            Download broken = download;
            if (broken != null) {
                broken.breakOff().run();
            }
        }

        @Override
        public void close() {
            open.remove(this);
            breakOff();
        }
    }

    Stream begin() {
        Stream stream = new Stream();
        open.add(stream);
        return stream;
    }

    /** Bytes that came, or that another fetched meanwhile. */
    void add(long more) {
        bytes.addAndGet(more);
    }

    long bytes() {
        return bytes.get();
    }

    void breakOffWhatStalls(Duration longest) {
        long now = nanoTime.getAsLong();
        open.stream().filter(stream -> now - stream.movedAt > longest.toNanos()).forEach(Stream::breakOff);
    }

    void breakOffAll() {
        open.forEach(Stream::breakOff);
    }
}
