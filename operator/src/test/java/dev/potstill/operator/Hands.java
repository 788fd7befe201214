package dev.potstill.operator;

import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.contract.Labels;
import dev.potstill.contract.Sha256;
import dev.potstill.contract.StageReport;
import dev.potstill.contract.TerminationMessage;
import dev.potstill.operator.run.Names;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The test's hands: they do what the Job controller, the scheduler and the kubelet would. */
record Hands(KubernetesClient client, String namespace) {
    private static final String STARTED = "2026-03-01T12:00:00Z";
    private static final String ENDED = "2026-03-01T12:01:40Z";
    static final int SECONDS = 100;

    /** Makes the Job's pod and says that it runs. */
    Pod run(Job job) {
        return run(job, 0);
    }

    /** That of one of several trainers that share the stage. */
    Pod run(Job job, int share) {
        Pod pod = pend(job, share);
        var running = new ContainerStateBuilder().withNewRunning(STARTED).build();
        return status(
                pod,
                new PodStatusBuilder()
                        .withPhase("Running")
                        .withContainerStatuses(container(running))
                        .build());
    }

    /** The pod answers when it is asked how far it is. */
    void answer(Pod pod) {
        client.pods()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .editStatus(now -> {
                    now.getStatus().setPodIP(Operating.ANSWERS);
                    now.getStatus().setPodIPs(List.of(new PodIP(Operating.ANSWERS)));
                    return now;
                });
    }

    /** Makes the Job's pod, for which no node has room. */
    Pod unschedulable(Job job, String why) {
        return unschedulable(job, 0, why);
    }

    Pod unschedulable(Job job, int share, String why) {
        return status(
                pend(job, share),
                new PodStatusBuilder()
                        .withPhase("Pending")
                        .withConditions(new PodConditionBuilder()
                                .withType("PodScheduled")
                                .withStatus("False")
                                .withReason("Unschedulable")
                                .withMessage(why)
                                .build())
                        .build());
    }

    /** Makes the Job's pod, whose image the kubelet cannot pull. */
    Pod unpullable(Job job) {
        var waiting = new ContainerStateBuilder()
                .withNewWaiting("Back-off pulling image", "ImagePullBackOff")
                .build();
        return status(
                pend(job),
                new PodStatusBuilder()
                        .withPhase("Pending")
                        .withContainerStatuses(container(waiting))
                        .build());
    }

    Pod pend(Job job) {
        return pend(job, 0);
    }

    Pod pend(Job job, int share) {
        return client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(job.getMetadata().getName() + "-" + share)
                        .withNamespace(namespace)
                        .withLabels(job.getSpec().getTemplate().getMetadata().getLabels())
                        .addToLabels(Labels.JOB_NAME, job.getMetadata().getName())
                        .addToLabels(Labels.SHARD, Integer.toString(share))
                        .addToFinalizers("batch.kubernetes.io/job-tracking")
                        .endMetadata()
                        .withSpec(job.getSpec().getTemplate().getSpec())
                        .build())
                .create();
    }

    /** The trainer ends well, and the Job with it. */
    void done(Job job) {
        Pod pod = run(job);
        exit(pod, 0, "Completed", lastWord(job));
        complete(job);
    }

    void complete(Job job) {
        finish(
                job,
                new JobStatusBuilder()
                        .withSucceeded(job.getSpec().getCompletions())
                        .withCompletedIndexes("Indexed".equals(job.getSpec().getCompletionMode()) ? "0-2" : null)
                        .withStartTime(STARTED)
                        .withCompletionTime(justNow().toString())
                        .addNewCondition()
                        .withType("SuccessCriteriaMet")
                        .withStatus("True")
                        .withLastTransitionTime(ENDED)
                        .endCondition()
                        .addNewCondition()
                        .withType("Complete")
                        .withStatus("True")
                        .withLastTransitionTime(ENDED)
                        .endCondition());
    }

    /** The trainer ends with this exit code, and so its Job fails. */
    void exit(Job job, int exitCode, String reason, String message) {
        exit(run(job), exitCode, reason, message);
        fail(
                job,
                "PodFailurePolicy",
                "Container trainer for pod %s/%s-0 failed with exit code %d matching FailJob rule at index 1"
                        .formatted(namespace, job.getMetadata().getName(), exitCode));
    }

    /** The kubelet puts the trainer off its node. */
    void evict(Job job, String why) {
        status(
                run(job),
                new PodStatusBuilder()
                        .withPhase("Failed")
                        .withReason("Evicted")
                        .withMessage(why)
                        .build());
        fail(job, "PodFailurePolicy", "Pod a/b has condition DisruptionTarget matching FailJob rule at index 0");
    }

    /** The kubelet does not take a pod that was given to its node, and no trainer is started. */
    void refuse(Pod pod, String reason, String message) {
        status(
                pod,
                new PodStatusBuilder()
                        .withPhase("Failed")
                        .withReason(reason)
                        .withMessage(message)
                        .build());
    }

    /** As a Job fails when its pod has, and no rule is about that. */
    void failWithoutRule(Job job) {
        fail(job, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
    }

    void exit(Pod pod, int exitCode, String reason, String message) {
        var ended = new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(exitCode)
                .withReason(reason)
                .withMessage(message)
                .withStartedAt(STARTED)
                .withFinishedAt(ENDED)
                .endTerminated()
                .build();
        status(
                pod,
                new PodStatusBuilder()
                        .withPhase(exitCode == 0 ? "Succeeded" : "Failed")
                        .withContainerStatuses(container(ended))
                        .build());
    }

    /** The Job controller has seen why the Job is to fail, and lets its pod go; that the Job has failed it writes afterwards. */
    void condemn(Job job, String reason, String message) {
        finish(job, condemned(justNow(), reason, message));
    }

    private static JobStatusBuilder condemned(Instant ended, String reason, String message) {
        return new JobStatusBuilder()
                .withFailed(1)
                .withStartTime(ended.minusSeconds(SECONDS).toString())
                .addNewCondition()
                .withType("FailureTarget")
                .withStatus("True")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(ended.toString())
                .endCondition();
    }

    void fail(Job job, String reason, String message) {
        Instant ended = justNow();
        finish(
                job,
                condemned(ended, reason, message)
                        .addNewCondition()
                        .withType("Failed")
                        .withStatus("True")
                        .withReason(reason)
                        .withMessage(message)
                        .withLastTransitionTime(ended.toString())
                        .endCondition());
    }

    /** So long ago that what is tried again soon is tried again now, and not so long that a pod not seen yet is taken for gone. */
    private static Instant justNow() {
        return Instant.now().minusSeconds(6).truncatedTo(ChronoUnit.SECONDS);
    }

    /** Takes a pod away, as when its node goes. */
    void remove(String pod) {
        var found = client.pods().inNamespace(namespace).withName(pod);
        found.edit(some -> new PodBuilder(some)
                .editMetadata()
                .withFinalizers(List.of())
                .endMetadata()
                .build());
        found.withGracePeriod(0).delete();
    }

    /** Of a trainer that did its work. */
    static String lastWord(Job job) {
        return new TerminationMessage.Finished(report(job), false).json();
    }

    static StageReport report(Job job) {
        Stage stage = Stage.valueOf(Town.stageOf(job));
        String input = Sha256.of(job.getMetadata().getLabels().get(Names.SETTINGS));
        List<Score> scores = stage == Stage.Evaluation
                ? List.of(new Score(Suite.Perplexity, "Student", "4.2", "perplexity", "3.1", "9.7", 50, null))
                : List.of();
        return new StageReport(
                stage, input, Sha256.of("output" + input), SECONDS, Map.of(), Map.of(), scores, Map.of());
    }

    /** When a Job started is said once: the API server refuses another time for it. */
    private void finish(Job job, JobStatusBuilder status) {
        Optional.ofNullable(client.resource(job).get().getStatus())
                .map(JobStatus::getStartTime)
                .ifPresent(status::withStartTime);
        var ended = job.edit()
                .editMetadata()
                .withResourceVersion(null)
                .endMetadata()
                .withStatus(status.withNewUncountedTerminatedPods()
                        .endUncountedTerminatedPods()
                        .build())
                .build();
        client.resource(ended).updateStatus();
    }

    private Pod status(Pod pod, io.fabric8.kubernetes.api.model.PodStatus status) {
        var seen = pod.edit()
                .editMetadata()
                .withResourceVersion(null)
                .endMetadata()
                .withStatus(status)
                .build();
        return client.resource(seen).updateStatus();
    }

    private static io.fabric8.kubernetes.api.model.ContainerStatus container(
            io.fabric8.kubernetes.api.model.ContainerState state) {
        return new ContainerStatusBuilder()
                .withName(Names.TRAINER)
                .withImage("potstill-trainer:test")
                .withImageID("")
                .withReady(false)
                .withRestartCount(0)
                .withState(state)
                .build();
    }

    /** What the garbage collector does when a deleted Job has no pods left. */
    void collect(Job job) {
        client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(job.getMetadata().getName())
                .edit(now -> now.edit()
                        .editMetadata()
                        .withFinalizers(List.of())
                        .endMetadata()
                        .build());
    }
}
