package dev.potstill.operator.report;

import dev.potstill.api.Condition;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.State;
import dev.potstill.pipeline.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that a person would want to know of, found by comparing two statuses.
 *
 * @param key what tells it from others of its reason: the same happening is told of once, whoever tells it
 */
record Happening(boolean bad, String reason, String message, String key) {
    /** Reasons why a run waits that somebody may have to see to. */
    private static final Set<String> TROUBLE = Set.of(
            "Unschedulable",
            "ErrImagePull",
            "ImagePullBackOff",
            "ErrImageNeverPull",
            "InvalidImageName",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError",
            "Terminating",
            "RefusedByCluster");

    static List<Happening> between(@Nullable DistillationRunStatus before, DistillationRunStatus after) {
        var happenings = new ArrayList<Happening>();
        for (StageStatus stage : after.stages()) {
            stage(find(before, stage.name()), stage, happenings);
        }
        wait(before, after, happenings);
        verdict(before, after, happenings);
        return happenings;
    }

    private static void stage(Optional<StageStatus> before, StageStatus now, List<Happening> into) {
        String name = now.name().name();
        String settings = name + now.settingsDigest();
        String key = settings + now.attempts();
        Optional<State> was = before.map(StageStatus::state);
        boolean changed = was.filter(state -> state == now.state()).isEmpty();
        var failure = now.lastFailure();
        if (failure != null
                && now.attempts().failed()
                        > before.map(old -> old.attempts().failed()).orElse(0)) {
            into.add(new Happening(
                    true,
                    name + "Failed",
                    failure.message(),
                    settings + now.attempts().failed()));
        }
        if (now.attempts().preempted()
                > before.map(old -> old.attempts().preempted()).orElse(0)) {
            into.add(new Happening(
                    false,
                    name + "Stopped",
                    name + " was stopped at a checkpoint and can go on",
                    settings + now.attempts().preempted()));
        }
        if (changed && now.state() == State.Running) {
            into.add(new Happening(false, name + "Started", name + " starts", key));
        }
        if (changed && now.state() == State.Succeeded) {
            long seconds = Objects.requireNonNullElse(now.seconds(), 0L);
            into.add(new Happening(
                    false, name + "Succeeded", "%s is done in %s".formatted(name, Summary.duration(seconds)), key));
        }
        if (changed && now.state() == State.Reused) {
            into.add(new Happening(false, name + "Reused", name + " was made before and is reused", key));
        }
    }

    private static void wait(
            @Nullable DistillationRunStatus before, DistillationRunStatus after, List<Happening> into) {
        condition(after, "Reconciling")
                .filter(now -> now.status() == Condition.Status.True && TROUBLE.contains(now.reason()))
                .filter(now -> condition(before, "Reconciling")
                        .filter(old -> old.reason().equals(now.reason()))
                        .isEmpty())
                .ifPresent(now -> into.add(new Happening(true, now.reason(), now.message(), now.message())));
    }

    /** The end of a run, or of its being accepted. */
    private static void verdict(
            @Nullable DistillationRunStatus before, DistillationRunStatus after, List<Happening> into) {
        condition(after, "Reconciling")
                .filter(now -> now.status() == Condition.Status.False)
                .filter(now -> condition(before, "Reconciling")
                        .filter(old ->
                                old.status() == now.status() && old.reason().equals(now.reason()))
                        .isEmpty())
                .ifPresent(now -> {
                    boolean bad = condition(after, "Stalled")
                            .filter(stalled -> stalled.status() == Condition.Status.True)
                            .isPresent();
                    into.add(new Happening(
                            bad, now.reason(), now.message(), String.valueOf(after.observedGeneration())));
                });
    }

    private static Optional<StageStatus> find(@Nullable DistillationRunStatus status, Stage stage) {
        return Optional.ofNullable(status).stream()
                .flatMap(some -> some.stages().stream())
                .filter(some -> some.name() == stage)
                .findFirst();
    }

    private static Optional<Condition> condition(@Nullable DistillationRunStatus status, String type) {
        return Optional.ofNullable(status).stream()
                .flatMap(some -> some.conditions().stream())
                .filter(some -> some.type().equals(type))
                .findFirst();
    }
}
