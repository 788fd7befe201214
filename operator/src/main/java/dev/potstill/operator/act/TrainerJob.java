package dev.potstill.operator.act;

import dev.potstill.api.Stage;
import dev.potstill.operator.observe.Earlier;
import dev.potstill.operator.observe.Observation;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.StageKey;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a stage as a Job.
 *
 * <p>A pod for each share, where several trainers share the stage. The Job never makes one a second time: whatever ends one fails the Job by a rule whose index and exit code stay in the Job's
 * condition when pod and node are gone. So each attempt is accounted for exactly, also one that nobody watched, and a paused run
 * cannot be woken by whoever resumes its Jobs. Trying again is the operator's, with the pipeline's rules.
 */
record TrainerJob(Run run, Stage stage, Observation seen, Settings settings) {
    private static final String QUEUE = "kueue.x-k8s.io/queue-name";

    Job of(TrainerVolumes volumes) {
        var pod = new TrainerPod(run, stage, seen, settings);
        String queue = run.spec().scheduling().queueName();
        int shards = run.shards(stage);
        return new JobBuilder()
                .withMetadata(metadata(queue))
                .withNewSpec()
                .withCompletions(shards)
                .withParallelism(shards)
                .withCompletionMode(shards == 1 ? "NonIndexed" : "Indexed")
                .withBackoffLimit(0)
                .withPodReplacementPolicy("Failed")
                .withPodFailurePolicy(everyFailureIsTold())
                .withActiveDeadlineSeconds(deadline())
                .withSuspend(queue == null ? null : Boolean.TRUE)
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(podLabels())
                .endMetadata()
                .withSpec(pod.of(volumes))
                .endTemplate()
                .endSpec()
                .build();
    }

    private ObjectMeta metadata(@Nullable String queue) {
        int number = seen.journal().next(stage);
        var labels = new TreeMap<>(podLabels());
        labels.put(Names.ATTEMPT, Integer.toString(number));
        labels.put(Names.SETTINGS, seen.settings(stage).orElseThrow());
        labels.put(Names.PLACEMENT, StageKey.placement(run.spec()));
        if (queue != null) {
            labels.put(QUEUE, queue);
        }
        var earlier = Earlier.of(seen.situation().tries(stage), seen.worked(stage));
        return Owner.child(run, Names.job(run, stage, number))
                .edit()
                .withLabels(labels)
                .withAnnotations(Map.of(Names.EARLIER, earlier.json(), Names.IMAGE, settings.image(run, seen)))
                .build();
    }

    private Map<String, String> podLabels() {
        var labels = new TreeMap<>(Names.labels(run));
        labels.put(Names.STAGE, stage.name());
        return labels;
    }

    /** What is left of the time that the stage may take. */
    private @Nullable Long deadline() {
        Integer most = run.spec().activeDeadlineSeconds();
        return most == null ? null : Math.max(1, most - seen.worked(stage).elapsed());
    }

    private static PodFailurePolicy everyFailureIsTold() {
        return new PodFailurePolicyBuilder()
                .addNewRule()
                .withAction("FailJob")
                .addNewOnPodCondition("True", "DisruptionTarget")
                .endRule()
                .addNewRule()
                .withAction("FailJob")
                .withNewOnExitCodes()
                .withContainerName(Names.TRAINER)
                .withOperator("NotIn")
                .withValues(0)
                .endOnExitCodes()
                .endRule()
                .build();
    }
}
