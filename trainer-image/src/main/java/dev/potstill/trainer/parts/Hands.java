package dev.potstill.trainer.parts;

import dev.potstill.trainer.run.Stopped;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a trainer makes parts with: so many at a time, each on a thread of its own; a single one on the caller's. What goes wrong with
 * one ends the others, which are interrupted, and is thrown to whoever gives out the work.
 */
final class Hands implements AutoCloseable {
    private final int count;
    private final Semaphore idle;
    private final @Nullable ExecutorService threads;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Hands(int count) {
        this.count = count;
        this.idle = new Semaphore(count);
        this.threads = count == 1 ? null : Executors.newFixedThreadPool(count);
    }

    /** Waits until a hand is idle. */
    void awaitOne() {
        await(1);
    }

    /** Waits until all work that was given out is done. */
    void awaitAll() {
        await(count);
    }

    private void await(int wanted) {
        try {
            idle.acquire(wanted);
            idle.release(wanted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
        throwFailure();
    }

    /** Gives out work; one hand is idle. */
    void give(Runnable work) {
        if (threads == null) {
            work.run();
            return;
        }
        idle.acquireUninterruptibly();
        try {
            threads.execute(() -> run(work));
        } catch (RejectedExecutionException e) {
            idle.release();
            throwFailure();
            throw e;
        }
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            idle.release();
        }
    }

    private void fail(Throwable why) {
        if (failure.compareAndSet(null, why) && threads != null) {
            threads.shutdownNow();
        }
    }

    private void throwFailure() {
        switch (failure.get()) {
            case null -> {}
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            case Throwable other -> throw new IllegalStateException(other);
        }
    }

    /** Returns when nobody is at work any more: what was given out and is not done is broken off. */
    @Override
    public void close() {
        if (threads != null) {
            threads.shutdownNow();
            threads.close();
        }
    }
}
