package dev.potstill.trainer.run;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether the stage was asked to stop. Work looks at it between steps, saves, and throws {@link Stopped}. */
public final class StopSignal {
    private final CompletableFuture<Void> raised = new CompletableFuture<>();

    public void raise() {
        raised.complete(null);
    }

    public boolean isRaised() {
        return raised.isDone();
    }

    /** For work whose every finished step is already saved. */
    public void check() {
        if (isRaised()) {
            throw new Stopped();
        }
    }

    /** Waits for something from outside, but no longer than until the stage is asked to stop: then {@link Stopped}. */
    public <T> T await(CompletableFuture<T> work, Duration limit) throws ExecutionException, TimeoutException {
        try {
            CompletableFuture.anyOf(work, raised).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
        check();
        return work.resultNow();
    }

    /** Lets time pass, but no longer than until the stage is asked to stop: then {@link Stopped}. */
    public void pause(Duration time) {
        try {
            await(new CompletableFuture<Void>(), time);
        } catch (TimeoutException e) {
            // The time has passed.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
