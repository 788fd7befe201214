package dev.potstill.operator;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How much of its processors a machine has to give: what else runs on it makes any bound on time meaningless. */
final class Quiet {
    private static final long NANOS = Duration.ofMillis(400).toNanos();
    private static final double ENOUGH = 0.8;

    private Quiet() {}

    static boolean isQuiet() {
        return share() >= ENOUGH;
    }

    /** Of the time that one busy thread for each processor asked for, what they were given. */
    private static double share() {
        int processors = Runtime.getRuntime().availableProcessors();
        try (var threads = Executors.newFixedThreadPool(processors)) {
            var given = new ArrayList<Future<Double>>();
            for (int i = 0; i < processors; i++) {
                given.add(threads.submit((Callable<Double>) Quiet::spin));
            }
            double sum = 0;
            for (var one : given) {
                sum += one.get();
            }
            return sum / processors;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double spin() {
        var time = ManagementFactory.getThreadMXBean();
        long used = time.getCurrentThreadCpuTime();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < NANOS) {
            Thread.onSpinWait();
        }
        return (time.getCurrentThreadCpuTime() - used) / (double) (System.nanoTime() - begin);
    }
}
