package dev.potstill.trainer.data;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.clean.Contamination;
import dev.potstill.trainer.data.source.Part;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Workers that finish parts side by side, one a processor. */
final class Crew {
    private final DistillationRunSpec spec;
    private final Lengths lengths;
    private final Path folder;
    private final ProgressBoard progress;
    private final StopSignal stop;
    private final Contamination contamination;
    private long rows;

    Crew(DistillationRunSpec spec, Lengths lengths, Path folder, ProgressBoard progress, StopSignal stop) {
        this.spec = spec;
        this.lengths = lengths;
        this.folder = folder;
        this.progress = progress;
        this.stop = stop;
        this.contamination = new Contamination(spec);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    /** What workers share. */
    private record Shift(List<Part> parts, long wanted, AtomicInteger next, AtomicLong found, AtomicBoolean broken) {
        boolean goesOn() {
            return next.get() < parts.size() && found.get() < wanted && !broken.get();
        }
    }

    /** Finishes parts in their order until they hold as many candidates as wanted; returns how many parts that are. */
    int work(List<Part> parts, long wanted) {
        progress.begin("reading", rows, 0);
        var shift = new Shift(parts, wanted, new AtomicInteger(), new AtomicLong(), new AtomicBoolean());
        int workers = Math.min(parts.size(), Runtime.getRuntime().availableProcessors());
        if (workers > 0) {
            List<Future<?>> all = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
                for (int i = 0; i < workers; i++) {
                    all.add(threads.submit(() -> work(shift)));
                }
            }
            await(all);
        }
        return Math.min(shift.next().get(), parts.size());
    }

    private void work(Shift shift) {
        var screening = new Screening(spec, lengths, contamination);
        try {
            while (shift.goesOn()) {
                int next = shift.next().getAndIncrement();
                if (next < shift.parts().size()) {
                    shift.found().addAndGet(finish(shift.parts().get(next), screening, shift));
                }
            }
        } catch (RuntimeException | Error e) {
            shift.broken().set(true);
            throw e;
        }
    }

    private long finish(Part part, Screening screening, Shift shift) {
        return Phase.once(
                        folder,
                        part.name(),
                        place -> new PartWork(spec, screening, part, more -> look(more, shift)).work(place))
                .tally()
                .get(PartWork.KEPT);
    }

    private synchronized void look(long more, Shift shift) {
        stop.check();
        if (shift.broken().get()) {
            throw new Abandoned();
        }
        rows += more;
        progress.advance(rows, 0, Map.of());
    }

    /** Of what went wrong, what did so first and by itself. */
    private static void await(List<Future<?>> all) {
        List<Throwable> wrong = new ArrayList<>();
        for (Future<?> work : all) {
            if (work.state() == Future.State.FAILED) {
                wrong.add(work.exceptionNow());
            }
        }
        wrong.sort(Comparator.comparing(why -> why instanceof Abandoned));
        if (!wrong.isEmpty()) {
            throw wrong.getFirst() instanceof RuntimeException why ? why : new IllegalStateException(wrong.getFirst());
        }
    }

    /** A part is left because another could not be finished. */
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
