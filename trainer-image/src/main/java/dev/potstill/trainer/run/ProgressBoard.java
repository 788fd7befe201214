package dev.potstill.trainer.run;

import dev.potstill.api.Stage;
import dev.potstill.contract.Progress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Where work says how far it is, and the progress server reads it. Work writes from one thread; reads may come from any. */
public final class ProgressBoard {
    private static final double NANOS = 1e9;
    private static final long BETWEEN_KEEPING = Duration.ofSeconds(30).toNanos();

    private final Stage stage;
    private final LongSupplier nanoTime;
    private volatile Progress latest;
    private String begun = "starting";
    private long startedAt;
    private long startedStep;
    private long firstAt;
    private long firstStep;
    private long tokens;
    private long lastAt;
    private long slowestStep;
    private long slowestSave;
    private volatile @Nullable Long checkpoint;
    private Runnable keep = () -> {};
    private long keptAt;

    public ProgressBoard(Stage stage, LongSupplier nanoTime) {
        this.stage = stage;
        this.nanoTime = nanoTime;
        this.startedAt = nanoTime.getAsLong();
        this.lastAt = startedAt;
        this.keptAt = startedAt;
        this.latest = new Progress(stage, "starting", 0, 0, 0, Map.of(), null);
    }

    /** Has this done when work is saved, and beside that twice a minute as it goes on: what a process that is killed should leave. */
    public void keeping(Runnable keep) {
        this.keep = keep;
    }

    private void keep() {
        keptAt = nanoTime.getAsLong();
        keep.run();
    }

    /** A new activity of {@code steps} steps, {@code done} of which were done by an earlier attempt. */
    public void begin(String activity, long done, long steps) {
        begun = activity;
        startedAt = nanoTime.getAsLong();
        lastAt = startedAt;
        startedStep = done;
        firstStep = done;
        slowestStep = 0;
        tokens = 0;
        latest = progress(activity, done, steps, 0, Map.of(), null);
    }

    /** Says the activity in other words: what counts on goes on. */
    public void retitle(String activity) {
        begun = activity;
        say(activity);
    }

    /** Says where within a step the activity is, until the next one is done. */
    public void within(String place) {
        say(begun + ", " + place);
    }

    private void say(String activity) {
        Progress now = latest;
        latest = progress(activity, now.step(), now.steps(), now.tokensPerSecond(), now.losses(), now.etaSeconds());
    }

    /** So many steps are done, after {@code moreTokens} further tokens. */
    public void advance(long step, long moreTokens, Map<String, Double> losses) {
        slowestStep = Math.max(slowestStep, sinceLast());
        tokens += moreTokens;
        double seconds = (lastAt - startedAt) / NANOS;
        Long eta = latest.steps() > 0 ? eta(step) : null;
        double rate = seconds > 0 ? tokens / seconds : 0;
        latest = progress(begun, step, latest.steps(), rate, losses, eta);
        if (lastAt - keptAt >= BETWEEN_KEEPING) {
            keep();
        }
    }

    /** From the pace after the first steps, which find nothing compiled and no memory at hand. */
    private @Nullable Long eta(long step) {
        if (step <= startedStep) {
            return null;
        }
        long from = startedAt;
        long fromStep = startedStep;
        if (firstStep == startedStep) {
            firstStep = step;
            firstAt = lastAt;
        } else {
            from = firstAt;
            fromStep = firstStep;
        }
        return step == fromStep
                ? null
                : Math.round((lastAt - from) / NANOS / (step - fromStep) * (latest.steps() - step));
    }

    /** What was done up to this step was saved before this attempt. */
    public void restored(long step) {
        checkpoint = step;
    }

    /** What was done up to this step is saved, just now and since the last step. */
    public void saved(long step) {
        slowestSave = Math.max(slowestSave, sinceLast());
        checkpoint = step;
        Progress now = latest;
        latest = progress(
                now.activity(), now.step(), now.steps(), now.tokensPerSecond(), now.losses(), now.etaSeconds());
        keep();
    }

    public Progress latest() {
        return latest;
    }

    /** How long a stop takes at most, in seconds: the step at hand is finished and saved. None before the first save. */
    public Optional<Long> stopSeconds() {
        return slowestSave == 0 ? Optional.empty() : Optional.of((long) Math.ceil((slowestStep + slowestSave) / NANOS));
    }

    private long sinceLast() {
        long before = lastAt;
        lastAt = nanoTime.getAsLong();
        return lastAt - before;
    }

    private Progress progress(
            String activity, long step, long steps, double rate, Map<String, Double> losses, @Nullable Long eta) {
        return new Progress(
                stage,
                activity,
                step,
                steps,
                rate,
                losses,
                eta,
                checkpoint,
                startedStep,
                stopSeconds().orElse(null));
    }
}
