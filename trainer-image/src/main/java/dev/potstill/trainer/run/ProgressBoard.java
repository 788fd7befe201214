package dev.potstill.trainer.run;

import dev.potstill.api.Stage;
import dev.potstill.contract.Progress;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Where work says how far it is, and the progress server reads it. Work writes from one thread; reads may come from any. */
public final class ProgressBoard {
    private final Stage stage;
    private final LongSupplier nanoTime;
    private volatile Progress latest;
    private long startedAt;
    private long startedStep;
    private long tokens;
    private volatile @Nullable Long checkpoint;

    public ProgressBoard(Stage stage, LongSupplier nanoTime) {
        this.stage = stage;
        this.nanoTime = nanoTime;
        this.startedAt = nanoTime.getAsLong();
        this.latest = new Progress(stage, "starting", 0, 0, 0, Map.of(), null);
    }

    /** A new activity of {@code steps} steps, {@code done} of which were done by an earlier attempt. */
    public void begin(String activity, long done, long steps) {
        startedAt = nanoTime.getAsLong();
        startedStep = done;
        tokens = 0;
        latest = new Progress(stage, activity, done, steps, 0, Map.of(), null, checkpoint);
    }

    /** So many steps are done, after {@code moreTokens} further tokens. */
    public void advance(long step, long moreTokens, Map<String, Double> losses) {
        tokens += moreTokens;
        double seconds = (nanoTime.getAsLong() - startedAt) / 1e9;
        long done = step - startedStep;
        Long eta = done > 0 && latest.steps() > 0 ? Math.round(seconds / done * (latest.steps() - step)) : null;
        double rate = seconds > 0 ? tokens / seconds : 0;
        latest = new Progress(stage, latest.activity(), step, latest.steps(), rate, losses, eta, checkpoint);
    }

    /** What was done up to this step is saved. */
    public void saved(long step) {
        checkpoint = step;
    }

    public Progress latest() {
        return latest;
    }
}
