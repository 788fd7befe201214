package dev.potstill.operator;

import dev.potstill.api.Condition;
import dev.potstill.api.Condition.Status;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.State;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The life of a run in which everything happens: it is preempted, fails, is paused and resumed, is preempted again, and is edited while
 * its last stage is at work. User, Job controller and kubelet each do a thing once, when it is time for it.
 */
record Story(Town town, Set<String> done) {
    private static final String STAGES = "  stages: [Data, Evaluation]\n";
    static final String EDITED = STAGES + "  evaluation: {maxSamples: 7}\n";
    private static final int STOPPED = 75;
    private static final int TEACHER_UNAVAILABLE = 69;

    static Story in(Town town) {
        town.apply(STAGES);
        return new Story(town, new HashSet<>());
    }

    boolean isOver() {
        return says(condition -> condition.type().equals("Succeeded") && condition.status() == Status.True)
                && done.contains("r1-evaluation-1");
    }

    void goOn() {
        town.jobs().stream()
                .filter(job -> job.getMetadata().getDeletionTimestamp() == null)
                .forEach(this::goOn);
        if (done.contains("pause") && says(condition -> condition.reason().equals("Paused"))) {
            once("resume", () -> town.apply(STAGES));
        }
    }

    private void goOn(Job job) {
        String name = job.getMetadata().getName();
        switch (name) {
            case "r1-data-0", "r1-data-3" -> once(name, () -> town.hands.exit(job, STOPPED, "Error", "{}"));
            case "r1-data-1" -> once(name, () -> town.hands.exit(job, TEACHER_UNAVAILABLE, "Error", "{}"));
            case "r1-data-2" -> {
                once(name, () -> town.hands.run(job));
                if (isAtWork(Stage.Data, 1)) {
                    once("pause", () -> town.apply(STAGES + "  execution: Paused\n"));
                }
                stopped(job);
            }
            case "r1-evaluation-0" -> {
                once(name, () -> town.hands.run(job));
                if (isAtWork(Stage.Evaluation, 0)) {
                    once("edit", () -> town.apply(EDITED));
                }
                stopped(job);
            }
            case "r1-data-4", "r1-evaluation-1" -> once(name, () -> town.hands.done(job));
            default -> throw new AssertionError("a job that should not be: " + name);
        }
    }

    /** When its pod is asked to end, it saves a checkpoint and does. */
    private void stopped(Job job) {
        Pod pod = town.client
                .pods()
                .inNamespace(town.namespace)
                .withName(job.getMetadata().getName() + "-0")
                .get();
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            once("stop " + job.getMetadata().getName(), () -> {
                town.hands.exit(pod, STOPPED, "Error", "{}");
                town.hands.fail(
                        job,
                        "PodFailurePolicy",
                        "Container trainer for pod a/b failed with exit code 75 matching FailJob rule at index 1");
            });
        }
    }

    private void once(String what, Runnable act) {
        if (done.add(what)) {
            act.run();
        }
    }

    /** Seen so by the operator: a Job whose trainer it has not seen at work it deletes, and nobody collects it here. */
    private boolean isAtWork(Stage stage, int failed) {
        var status = town.run().getStatus();
        return status != null
                && status.stages().stream()
                        .anyMatch(told -> told.name() == stage
                                && told.state() == State.Running
                                && told.attempts().failed() == failed);
    }

    private boolean says(Predicate<Condition> expected) {
        var status = town.run().getStatus();
        return status != null && status.conditions().stream().anyMatch(expected);
    }
}
