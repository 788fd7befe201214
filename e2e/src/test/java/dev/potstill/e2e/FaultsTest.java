package dev.potstill.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What happens to pods in a cluster makes no difference to what a run comes to: the same digests and scores as without, no failure
 * counted, and of the work at most what was done since the last checkpoint is done again.
 */
@OnACluster
class FaultsTest {
    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("faults");

    private static final List<String> STAGES =
            List.of("Data", "Feature", "Response", "Reinforcement", "Quantization", "Evaluation");
    /** What a stage does most of its time. */
    private static final Map<String, String> WORK = Map.of(
            "Data", "sampling answers",
            "Feature", "training",
            "Response", "training",
            "Reinforcement", "reinforcing",
            "Quantization", "quantising");

    private static final int CHECKPOINT_EVERY = 5;
    /** Half a minute on two free cores. */
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    private static JsonNode undisturbed;

    /** Its trainers are left alone; its operator is not. */
    @BeforeAll
    static void runWhileTheOperatorIsKilled() throws IOException {
        var operator = new OperatorPod(CLUSTER.client());
        operator.ready();
        Cluster.Run run = small("operator-killed");
        first(run, "Data").pod();
        operator.deleteNow();
        working(first(run, "Feature"), 1);
        operator.killProcess();
        first(run, "Reinforcement").pod();
        operator.deleteNow();
        undisturbed = run.succeeds(PATIENCE);
        assertThat(CLUSTER.jobs(run))
                .as("one Job for each stage, whoever made it")
                .extracting(job -> job.getMetadata().getName())
                .containsExactlyElementsOf(
                        STAGES.stream().map(stage -> first(run, stage).job()).toList());
        assertThat(CLUSTER.pods(run)).hasSize(STAGES.size());
        assertThat(attempts(undisturbed)).containsOnly("0 failed, 0 stopped");
    }

    @Test
    void aPodDeletedInEachStageLosesNothingThatWasDone() throws IOException {
        Cluster.Run run = small("pods-deleted");
        for (String stage : STAGES.subList(0, 5)) {
            JsonNode before = working(first(run, stage), 1);
            first(run, stage).resource().delete();
            goesOn("deleted", before, new Trainer(CLUSTER, run, stage, 1));
        }
        deleteWhileItScores(run);
        JsonNode status = run.succeeds(PATIENCE);
        assertThat(attempts(status)).containsOnly("0 failed, 1 stopped");
        assertThat(digests(status)).isEqualTo(digests(undisturbed)).hasSize(STAGES.size());
        assertThat(status.path("scores")).isEqualTo(undisturbed.path("scores")).isNotEmpty();
    }

    /** What is scored is kept; one model's score on one suite is the interval. */
    private static void deleteWhileItScores(Cluster.Run run) {
        var scored = new ArrayList<String>();
        Trainer evaluation = first(run, "Evaluation");
        evaluation.at("scores a third time", now -> {
            String activity = now.path("activity").asText();
            if (activity.startsWith("scoring ") && !scored.contains(activity)) {
                scored.add(activity);
            }
            return scored.size() == 3;
        });
        evaluation.resource().delete();
        String goesOn = new Trainer(CLUSTER, run, "Evaluation", 1)
                .at("scores", now -> now.path("activity").asText().startsWith("scoring "))
                .path("activity")
                .asText();
        System.out.printf("Evaluation: deleted at %s, resumed at %s%n", scored, goesOn);
        assertThat(scored.subList(0, 2)).doesNotContain(goesOn);
    }

    @Test
    void aKillADrainedNodeAndAPauseCostNoMoreThanACheckpointInterval() throws IOException {
        Cluster.Run run = CLUSTER.apply(
                Project.here().smallRun(),
                "name: small",
                "name: pods-hurt",
                "Reinforcement, Quantization, Evaluation]",
                "Reinforcement]");
        JsonNode killed = working(first(run, "Feature"), CHECKPOINT_EVERY + 2);
        first(run, "Feature").deleteAndKill();
        long saved = killed.path("checkpointStep").asLong();
        assertThat(killed.path("step").asLong() - saved).isLessThanOrEqualTo(CHECKPOINT_EVERY);
        goesOn("killed", killed, new Trainer(CLUSTER, run, "Feature", 1), saved);

        Trainer response = first(run, "Response");
        JsonNode drained = working(response, 1);
        new Drain(CLUSTER.client()).nodeOf(response);
        goesOn("drained", drained, new Trainer(CLUSTER, run, "Response", 1));

        Trainer reinforcement = first(run, "Reinforcement");
        JsonNode paused = working(reinforcement, 1);
        pauseAndResume(run, reinforcement);
        goesOn("paused", paused, new Trainer(CLUSTER, run, "Reinforcement", 1));

        JsonNode status = run.succeeds(PATIENCE);
        assertThat(attempts(status))
                .containsExactly(
                        "0 failed, 0 stopped", "0 failed, 1 stopped", "0 failed, 1 stopped", "0 failed, 1 stopped");
        assertThat(digests(status)).isEqualTo(digests(undisturbed).subList(0, 4));
    }

    private static void pauseAndResume(Cluster.Run run, Trainer trainer) {
        run.change("{\"execution\":\"Paused\"}");
        JsonNode paused = run.await(
                PATIENCE,
                now -> Cluster.Run.condition(now, "Reconciling")
                        .path("reason")
                        .asText()
                        .equals("Paused"));
        assertThat(Cluster.Run.is(paused, "Succeeded", "Unknown")).isTrue();
        assertThat(trainer.isAtWork()).as("the paused trainer is at work").isFalse();
        assertThat(new Trainer(CLUSTER, run, trainer.stage(), 1).find())
                .as("a paused run's next pod")
                .isEmpty();
        run.change("{\"execution\":\"Running\"}");
    }

    private static Cluster.Run small(String name) throws IOException {
        return CLUSTER.apply(Project.here().smallRun(), "name: small", "name: " + name);
    }

    private static Trainer first(Cluster.Run run, String stage) {
        return new Trainer(CLUSTER, run, stage, 0);
    }

    private static JsonNode working(Trainer trainer, int step) {
        return trainer.at(
                "works",
                now -> now.path("activity").asText().equals(WORK.get(trainer.stage()))
                        && now.path("step").asInt() >= step);
    }

    /** The next attempt does not do again what was done when the one before it was last seen. */
    private static void goesOn(String fault, JsonNode before, Trainer next) {
        goesOn(fault, before, next, before.path("step").asLong());
    }

    private static void goesOn(String fault, JsonNode before, Trainer next, long saved) {
        JsonNode after = next.at(
                "goes on from step %d or later".formatted(saved),
                now -> now.path("activity").asText().equals(WORK.get(next.stage()))
                        && now.path("resumedStep").asLong() >= saved);
        System.out.printf(
                "%s: %s at step %s of %s, its last checkpoint at %s; resumed at %s%n",
                next.stage(),
                fault,
                before.path("step"),
                before.path("steps"),
                before.path("checkpointStep"),
                after.path("resumedStep"));
    }

    private static List<String> attempts(JsonNode status) {
        return status.path("stages")
                .valueStream()
                .map(stage -> stage.path("attempts"))
                .map(attempts -> "%d failed, %d stopped"
                        .formatted(
                                attempts.path("failed").asInt(),
                                attempts.path("preempted").asInt()))
                .toList();
    }

    private static List<String> digests(JsonNode status) {
        return status.path("stages")
                .valueStream()
                .map(stage -> stage.path("name").asText() + " "
                        + stage.at("/output/digest").asText())
                .toList();
    }
}
