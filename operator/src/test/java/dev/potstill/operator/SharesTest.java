package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition.Status;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Attempts;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.TerminationMessage;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stage that several pods share. */
class SharesTest {
    private static final String THREE =
            "  stages: [Evaluation]\n  evaluation: {shards: 3}\n" + "  scheduling: {gpu: {count: 2}}\n";

    private final Town town = new Town();

    @AutoClose
    private final Operating operator = Operating.in(town.namespace);

    @BeforeEach
    void start() {
        town.apply(THREE);
    }

    @Test
    void its_job_has_a_pod_for_each_share_and_any_of_them_may_tell_of_the_whole() {
        Job job = town.job("r1-evaluation-0");
        assertThat(job.getSpec().getCompletionMode()).isEqualTo("Indexed");
        assertThat(job.getSpec().getCompletions()).isEqualTo(3);
        assertThat(job.getSpec().getParallelism()).isEqualTo(3);
        assertThat(job.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getArgs())
                .containsSubsequence("--shard", "$(JOB_COMPLETION_INDEX)/3");

        List<Pod> pods = run(job);
        town.hands.exit(pods.get(2), 0, "Completed", new TerminationMessage.Shared("2/3").json());
        town.hands.exit(pods.get(1), 0, "Completed", new TerminationMessage.Finished(Hands.report(job), false).json());
        town.hands.exit(pods.get(0), 0, "Completed", new TerminationMessage.Shared("0/3").json());
        town.hands.complete(job);
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.status().scores()).hasSize(1);
        assertThat(town.stage(Stage.Evaluation).gpuSeconds()).isEqualTo(3 * 2 * Hands.SECONDS);
    }

    @Test
    void the_data_of_a_run_can_be_shared_too_and_the_stages_that_train_are_not() {
        town.apply("r2", "builtin://start", "  stages: [Data, Feature]\n");
        assertThat(town.job("r2-data-0").getSpec().getCompletionMode()).isEqualTo("NonIndexed");
        town.apply("r3", "builtin://start", "  stages: [Data, Feature]\n", ", shards: 3");
        Job data = town.job("r3-data-0");
        assertThat(data.getSpec().getCompletionMode()).isEqualTo("Indexed");
        assertThat(data.getSpec().getCompletions()).isEqualTo(3);
        assertThat(data.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getArgs())
                .containsSubsequence("Data", "--shard", "$(JOB_COMPLETION_INDEX)/3");
        assertThat(data.getMetadata().getLabels().get("potstill.dev/settings"))
                .isEqualTo(town.job("r2-data-0").getMetadata().getLabels().get("potstill.dev/settings"));

        // A quota lets them in one by one: the first makes all, and those after it find it made.
        for (int share = 0; share < 3; share++) {
            var word = new TerminationMessage.Finished(Hands.report(data), share > 0);
            town.hands.exit(town.hands.run(data, share), 0, "Completed", word.json());
        }
        town.hands.complete(data);
        assertThat(town.job("r3-feature-0").getSpec().getCompletionMode()).isEqualTo("NonIndexed");
    }

    @Test
    void one_that_fails_tells_why_and_those_stopped_with_it_do_not() {
        Job job = town.job("r1-evaluation-0");
        List<Pod> pods = run(job);
        var stopped = TerminationMessage.of(new Problem(ExitCode.STOPPED, "stopped at a checkpoint"));
        town.hands.exit(
                pods.get(1),
                65,
                "Error",
                TerminationMessage.of(Problem.rejected("no rows")).json());
        town.hands.exit(pods.get(0), 75, "Error", stopped.json());
        town.hands.exit(pods.get(2), 75, "Error", stopped.json());
        town.hands.fail(
                job,
                "PodFailurePolicy",
                "Container trainer for pod %s/r1-evaluation-0-1 failed with exit code 65 matching FailJob rule at index 1"
                        .formatted(town.namespace));
        town.becomes("Stalled", condition -> condition.status() == Status.True);
        assertThat(town.stage(Stage.Evaluation).lastFailure().message()).isEqualTo("no rows");
        assertThat(town.stage(Stage.Evaluation).attempts()).isEqualTo(new Attempts(1, 0));
    }

    @Test
    void another_number_of_shares_is_no_other_stage() {
        Job job = town.job("r1-evaluation-0");
        town.apply("  stages: [Evaluation]\n  evaluation: {shards: 1}\n  scheduling: {gpu: {count: 2}}\n");
        Town.eventually(
                () -> assertThat(town.job("r1-evaluation-0").getMetadata().getDeletionTimestamp())
                        .isNotNull());
        town.hands.collect(job);
        Town.eventually(() -> assertThat(town.job("r1-evaluation-0").getSpec().getCompletionMode())
                .isEqualTo("NonIndexed"));
        Job alone = town.job("r1-evaluation-0");
        assertThat(alone.getMetadata().getLabels().get("potstill.dev/settings"))
                .isEqualTo(job.getMetadata().getLabels().get("potstill.dev/settings"));
    }

    private List<Pod> run(Job job) {
        return IntStream.range(0, 3)
                .mapToObj(share -> town.hands.run(job, share))
                .toList();
    }
}
