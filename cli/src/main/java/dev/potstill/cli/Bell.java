package dev.potstill.cli;

import dev.potstill.api.Execution;
import dev.potstill.cli.cluster.Pause;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Wakes the run when something happens: its trainer has ended, or it was asked to stop. */
final class Bell implements Pause {
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

    @Override
    public boolean isOver() {
        return stopped();
    }

    boolean atOnce() {
        return askedToStop.get() > 1;
    }

    @Override
    public void await(Duration atMost) {
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
