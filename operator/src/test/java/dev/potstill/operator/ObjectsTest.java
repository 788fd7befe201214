package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition.Status;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.TerminationMessage;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a run's objects are made of. */
class ObjectsTest {
    private final Town town = new Town();

    @AutoClose
    private final Operating operator = Operating.in(town.namespace);

    @Test
    void a_pod_runs_where_and_as_the_run_says_and_has_no_rights() {
        town.apply("""
                  stages: [Data]
                  scheduling:
                    gpu: {count: 2}
                    resources: {cpu: "4", memory: 32Gi}
                    nodeSelector: {zone: a}
                    tolerations: [{key: gpu, operator: Exists}]
                    priorityClassName: low
                    runtimeClassName: nvidia
                    imagePullSecrets: [{name: pull}]
                    envFromSecrets: [{name: bucket}]
                """);
        Job job = town.job("r1-data-0");
        var pod = job.getSpec().getTemplate().getSpec();
        var trainer = pod.getContainers().getFirst();
        assertThat(trainer.getArgs())
                .containsExactly(
                        "Data",
                        "--run",
                        "/run/potstill/run.yaml",
                        "--workspace",
                        "/workspace",
                        "--attempt",
                        "0",
                        "--port",
                        "9400",
                        "--termination-log",
                        "/dev/termination-log");
        assertThat(trainer.getResources().getRequests())
                .containsEntry("nvidia.com/gpu", new Quantity("2"))
                .containsEntry("cpu", new Quantity("4"))
                .containsEntry("memory", new Quantity("32Gi"));
        assertThat(trainer.getResources().getLimits()).containsOnlyKeys("nvidia.com/gpu", "memory");
        assertThat(trainer.getEnvFrom().getFirst().getSecretRef().getName()).isEqualTo("bucket");
        assertThat(trainer.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(pod.getNodeSelector()).isEqualTo(Map.of("zone", "a"));
        assertThat(pod.getTolerations()).hasSize(1);
        assertThat(pod.getPriorityClassName()).isEqualTo("low");
        assertThat(pod.getRuntimeClassName()).isEqualTo("nvidia");
        assertThat(pod.getImagePullSecrets().getFirst().getName()).isEqualTo("pull");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getRestartPolicy()).isEqualTo("Never");
        assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(60);
        assertThat(job.getMetadata().getOwnerReferences().getFirst().getUid())
                .isEqualTo(town.run().getMetadata().getUid());
        assertThat(job.getMetadata().getManagedFields().getFirst().getManager()).isEqualTo("potstill");
    }

    @Test
    void a_trainer_has_the_tokens_of_all_servers_that_it_may_ask() {
        town.apply("r1", "builtin://start", """
                  stages: [Data, Reinforcement]
                  reinforcement:
                    algorithm: GRPO
                    safety: {endpoint: {url: "http://judge:8000/v1", model: m, secretRef: {name: judge-key}}}
                """);
        Job data = town.job("r1-data-0");
        assertThat(data.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getEnv())
                .isEmpty();
        town.hands.done(data);
        var trainer = town.job("r1-reinforcement-0")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
        assertThat(trainer.getEnv()).singleElement().satisfies(token -> {
            assertThat(token.getName()).isEqualTo("POTSTILL_ENDPOINT_TOKEN_JUDGE_KEY");
            assertThat(token.getValueFrom().getSecretKeyRef().getName()).isEqualTo("judge-key");
            assertThat(token.getValueFrom().getSecretKeyRef().getKey()).isEqualTo("token");
        });
    }

    @Test
    void a_stage_has_as_long_to_end_as_it_was_measured_to_take() {
        town.apply("  stages: [Data, Evaluation]\n");
        Job first = town.job("r1-data-0");
        assertThat(grace(first)).isEqualTo(Operating.UNMEASURED);
        Pod pod = town.hands.run(first);
        town.hands.answer(pod);
        Town.eventually(() -> assertThat(town.stage(Stage.Data).stopSeconds()).isEqualTo(Operating.MEASURED));
        town.hands.remove(pod.getMetadata().getName());
        town.hands.fail(first, "PodFailurePolicy", "Pod x has condition DisruptionTarget matching FailJob rule");
        Job second = town.job("r1-data-1");
        assertThat(grace(second)).isEqualTo(Duration.ofSeconds(3 * Operating.MEASURED));
        town.hands.exit(second, 75, "Error", stopped(200));
        Job third = town.job("r1-data-2");
        assertThat(grace(third)).isEqualTo(Duration.ofSeconds(600));
        town.hands.done(third);
        assertThat(grace(town.job("r1-evaluation-0"))).isEqualTo(Duration.ofSeconds(600));
        assertThat(grace(town.job("r1-data-1"))).isEqualTo(Duration.ofSeconds(3 * Operating.MEASURED));
    }

    @Test
    void a_stage_that_ends_at_once_has_a_minute_and_others_what_stages_have_that_were_not_measured() {
        town.apply("  stages: [Data, Evaluation]\n");
        town.hands.exit(town.job("r1-data-0"), 75, "Error", stopped(1));
        Job again = town.job("r1-data-1");
        assertThat(grace(again)).isEqualTo(Duration.ofMinutes(1));
        town.hands.done(again);
        assertThat(grace(town.job("r1-evaluation-0"))).isEqualTo(Operating.UNMEASURED);
    }

    private static Duration grace(Job job) {
        return Duration.ofSeconds(job.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds());
    }

    /** The last word of a trainer that was stopped. */
    private static String stopped(long seconds) {
        Failure stopped = new Failure("Stopped", "Data was stopped", 75);
        return new TerminationMessage.Broken(stopped, Optional.of(seconds)).json();
    }

    @Test
    void a_volume_that_is_to_stay_is_not_owned_by_the_run() {
        town.apply("  stages: [Data]\n  workspace: {size: 1Gi, deletionPolicy: Retain}\n");
        town.job("r1-data-0");
        var claim = town.client
                .persistentVolumeClaims()
                .inNamespace(town.namespace)
                .withName("r1-workspace")
                .get();
        assertThat(claim.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(claim.getSpec().getResources().getRequests()).containsEntry("storage", new Quantity("1Gi"));
    }

    @Test
    void an_existing_claim_is_used_and_none_is_made() {
        town.apply("  stages: [Data]\n  workspace: {claimName: shared}\n");
        Job job = town.job("r1-data-0");
        assertThat(job.getSpec().getTemplate().getSpec().getVolumes())
                .anySatisfy(volume -> assertThat(volume.getPersistentVolumeClaim())
                        .isNotNull()
                        .satisfies(claim -> assertThat(claim.getClaimName()).isEqualTo("shared")));
        assertThat(town.client
                        .persistentVolumeClaims()
                        .inNamespace(town.namespace)
                        .list()
                        .getItems())
                .isEmpty();
    }

    @Test
    void a_stage_that_takes_too_long_fails_and_goes_on_when_it_may_take_longer() {
        town.apply("  stages: [Data]\n  activeDeadlineSeconds: 100\n");
        Job job = town.job("r1-data-0");
        assertThat(job.getSpec().getActiveDeadlineSeconds()).isEqualTo(100);
        town.hands.fail(job, "DeadlineExceeded", "Job was active longer than specified deadline");
        town.becomes("Stalled", condition -> condition.status() == Status.True);
        assertThat(town.stage(Stage.Data).lastFailure().reason()).isEqualTo("DeadlineExceeded");
        town.apply("  stages: [Data]\n  activeDeadlineSeconds: 1000\n");
        assertThat(town.job("r1-data-1").getSpec().getActiveDeadlineSeconds()).isEqualTo(900);
    }

    @Test
    void what_the_cluster_refuses_is_told_and_tried_again() {
        var quota = town.client
                .resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("none")
                        .withNamespace(town.namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withHard(Map.of("persistentvolumeclaims", new Quantity("0")))
                        .endSpec()
                        .build())
                .create();
        town.client.resource(quota).editStatus(now -> {
            now.setStatus(new io.fabric8.kubernetes.api.model.ResourceQuotaStatusBuilder()
                    .withHard(Map.of("persistentvolumeclaims", new Quantity("0")))
                    .withUsed(Map.of("persistentvolumeclaims", new Quantity("0")))
                    .build());
            return now;
        });
        town.apply("  stages: [Data]\n");
        town.becomes("Reconciling", condition -> condition.reason().equals("RefusedByCluster"));
        assertThat(town.condition("Reconciling").message()).contains("quota");
        assertThat(town.names()).isEqualTo(List.of());
        town.client.resource(quota).delete();
        town.job("r1-data-0");
        town.becomes("Reconciling", condition -> condition.reason().equals("PodPending"));
    }
}
