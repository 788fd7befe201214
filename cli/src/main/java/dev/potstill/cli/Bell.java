package dev.potstill.cli;

import dev.potstill.api.Execution;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Wakes the run when something happens: its trainer has ended, or it was asked to stop. */
final class Bell {
    private final Semaphore rings = new Semaphore(0);
    private final AtomicInteger askedToStop = new AtomicInteger();

    void ring() {
        rings.release();
    }

    /** Asks the run to stop at a checkpoint; asked again, it stops at once. */
    void stop() {
        askedToStop.incrementAndGet();
        ring();
    }

    Execution wanted(Execution inTheManifest) {
        return askedToStop.get() > 0 ? Execution.Paused : inTheManifest;
    }

    boolean stopped() {
        return askedToStop.get() > 0;
    }

    boolean atOnce() {
        return askedToStop.get() > 1;
    }

    void await(Duration atMost) {
        try {
            if (rings.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                rings.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
        }
    }
}
