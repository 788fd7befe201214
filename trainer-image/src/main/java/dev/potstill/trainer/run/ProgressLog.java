package dev.potstill.trainer.run;

import dev.potstill.contract.Progress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells whoever reads the log how far the work is: a line now and then, where there is news. */
public final class ProgressLog implements AutoCloseable {
    private final ProgressBoard board;
    private final Consumer<String> out;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("progress-log").factory());
    private String last = "";

    ProgressLog(ProgressBoard board, Consumer<String> out) {
        this.board = board;
        this.out = out;
    }

    public static ProgressLog start(ProgressBoard board, Duration every, Consumer<String> out) {
        var log = new ProgressLog(board, out);
        var _ = log.clock.scheduleAtFixedRate(log::tell, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        return log;
    }

    void tell() {
        String line = line(board.latest());
        if (!line.equals(last)) {
            out.accept(line);
            last = line;
        }
    }

    /** In ASCII: a pod has no locale. */
    static String line(Progress now) {
        var line = new StringBuilder("%s %s".formatted(now.stage(), now.activity()));
        if (now.steps() > 0) {
            line.append(": step %d/%d".formatted(now.step(), now.steps()));
        }
        now.losses().forEach((name, loss) -> line.append(String.format(Locale.ROOT, ", %s %.3g", name, loss)));
        if (now.tokensPerSecond() > 0) {
            line.append(String.format(Locale.ROOT, ", %.0f tokens/s", now.tokensPerSecond()));
        }
        Long eta = now.etaSeconds();
        if (eta != null) {
            line.append(", ETA ").append(duration(eta));
        }
        return line.toString();
    }

    /** For example {@code 3m12s}. */
    public static String duration(long seconds) {
        return Duration.ofSeconds(seconds).toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
