package dev.potstill.operator.run;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/** Requests to the API server that need not wait for each other: a reconcile takes as long as the slowest, and not as all. */
public final class Together {
    private Together() {}

    /** Each is made, whatever comes of the others; the first failure is thrown. */
    public static void ask(List<? extends Runnable> requests) {
        if (requests.size() <= 1) {
            requests.forEach(Runnable::run);
            return;
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var asked : requests.stream().map(threads::submit).toList()) {
                asked.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while it asked the API server", e);
        }
    }
}
