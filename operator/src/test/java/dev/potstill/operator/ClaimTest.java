package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition.Status;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The claim of a run's volume: what is on it is worth more than the run. */
class ClaimTest {
    private static final String NAME = "r1-workspace";
    private static final String PROTECTED = "example.com/in-use";

    private final Town town = new Town();

    @AutoClose
    private final Operating operator = Operating.in(town.namespace);

    @Test
    void a_volume_is_kept_or_goes_as_the_run_says_at_last_also_when_it_has_finished() {
        town.apply("  stages: [Data]\n");
        town.hands.done(town.job("r1-data-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(claim().getMetadata().getOwnerReferences()).hasSize(1);
        town.apply("  stages: [Data]\n  workspace: {deletionPolicy: Retain}\n");
        Town.eventually(
                () -> assertThat(claim().getMetadata().getOwnerReferences()).isEmpty());
        town.apply("  stages: [Data]\n  workspace: {deletionPolicy: Delete}\n");
        Town.eventually(() -> assertThat(
                        claim().getMetadata().getOwnerReferences().getFirst().getUid())
                .isEqualTo(town.run().getMetadata().getUid()));
        assertThat(town.names()).containsExactly("r1-data-0");
    }

    @Test
    void a_claim_that_somebody_has_made_is_not_taken_and_the_run_goes_on_when_it_is_out_of_the_way() {
        town.client.resource(claimOf(Map.of())).create();
        town.apply("  stages: [Data]\n");
        town.becomes("Accepted", condition -> condition.status() == Status.False);
        assertThat(town.condition("Accepted").message())
                .startsWith("spec.workspace: found a PersistentVolumeClaim r1-workspace");
        assertThat(claim().getMetadata().getOwnerReferences()).isEmpty();
        assertThat(town.names()).isEmpty();
        town.client.resource(claim()).delete();
        unprotect();
        town.job("r1-data-0");
        town.becomes("Accepted", condition -> condition.status() == Status.True);
        assertThat(claim().getMetadata().getOwnerReferences()).hasSize(1);
    }

    @Test
    void a_claim_that_is_about_to_go_is_waited_for_whosever_it_is() {
        town.client.resource(claimOf(Map.of())).create();
        town.client.resource(claim()).delete();
        town.apply("  stages: [Data]\n");
        town.becomes("Reconciling", condition -> condition.reason().equals("RefusedByCluster"));
        assertThat(town.condition("Accepted").status()).isEqualTo(Status.True);
        assertThat(town.names()).isEmpty();
        unprotect();
        town.job("r1-data-0");
        assertThat(claim().getMetadata().getOwnerReferences()).hasSize(1);
    }

    @Test
    void a_volume_that_an_earlier_run_left_behind_is_taken_up_and_stays() {
        town.apply("  stages: [Data]\n  workspace: {deletionPolicy: Retain}\n");
        town.hands.done(town.job("r1-data-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        remove();
        town.apply("  stages: [Data]\n");
        town.job("r1-data-0");
        town.becomes("Reconciling", condition -> condition.reason().equals("PodPending"));
        assertThat(claim().getMetadata().getOwnerReferences()).isEmpty();
    }

    @Test
    void a_run_made_anew_waits_for_the_volume_of_the_earlier_one_to_go() {
        town.apply("  stages: [Data]\n");
        town.hands.done(town.job("r1-data-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        String earlier = claim().getMetadata().getUid();
        town.client
                .resource(claim())
                .edit(now -> now.edit()
                        .editMetadata()
                        .addToFinalizers(PROTECTED)
                        .endMetadata()
                        .build());
        town.client.resource(claim()).delete();
        remove();
        town.apply("  stages: [Data]\n");
        town.becomes("Reconciling", condition -> condition.message().contains("volume of an earlier run of this name"));
        assertThat(town.names()).isEmpty();
        unprotect();
        town.job("r1-data-0");
        assertThat(claim().getMetadata().getUid()).isNotEqualTo(earlier);
    }

    @Test
    void a_volume_that_was_given_more_room_is_not_made_smaller() {
        town.client
                .resource(claimOf(Map.of("potstill.dev/run", "r1", "potstill.dev/run-uid", "another")))
                .create();
        town.apply("  stages: [Data]\n  workspace: {size: 1Gi}\n");
        town.job("r1-data-0");
        assertThat(claim().getSpec().getResources().getRequests()).containsEntry("storage", new Quantity("7Gi"));
    }

    @Test
    void a_larger_size_makes_a_volume_larger_and_what_is_no_volume_yet_holds_nothing_up() {
        assertThat(sizeAfterNineAreWanted(true)).isEqualTo(new Quantity("9Gi"));
    }

    @Test
    void a_volume_that_cannot_grow_is_used_as_it_is() {
        assertThat(sizeAfterNineAreWanted(false)).isEqualTo(new Quantity("7Gi"));
    }

    /** Of one of 7Gi, bound when the second stage begins. */
    private Quantity sizeAfterNineAreWanted(boolean grows) {
        town.client
                .resource(new StorageClassBuilder()
                        .withNewMetadata()
                        .withName(town.namespace)
                        .endMetadata()
                        .withProvisioner("example.com/none")
                        .withAllowVolumeExpansion(grows)
                        .build())
                .create();
        var own = Map.of("potstill.dev/run", "r1", "potstill.dev/run-uid", "another");
        town.client
                .resource(claimOf(own)
                        .edit()
                        .editSpec()
                        .withStorageClassName(town.namespace)
                        .endSpec()
                        .build())
                .create();
        town.apply("  stages: [Data, Feature]\n  workspace: {size: 9Gi}\n");
        Job first = town.job("r1-data-0");
        assertThat(claim().getSpec().getResources().getRequests()).containsEntry("storage", new Quantity("7Gi"));
        town.client
                .resource(claim())
                .editStatus(now -> now.edit()
                        .editOrNewStatus()
                        .withPhase("Bound")
                        .endStatus()
                        .build());
        town.hands.done(first);
        town.job("r1-feature-0");
        return claim().getSpec().getResources().getRequests().get("storage");
    }

    @Test
    void on_another_claim_a_stage_is_made_anew_and_back_on_the_first_it_is_there() {
        town.apply("  stages: [Data]\n");
        town.hands.done(town.job("r1-data-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        town.apply("  stages: [Data]\n  workspace: {claimName: other}\n");
        town.hands.done(town.job("r1-data-1"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        town.apply("  stages: [Data]\n");
        Town.eventually(() -> assertThat(town.status().observedGeneration()).isEqualTo(3));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.names()).containsExactly("r1-data-0", "r1-data-1");
    }

    /** As the garbage collector does it: with all that the run owns. */
    private void remove() {
        town.client.resource(town.run()).delete();
        Town.eventually(() -> assertThat(town.run()).isNull());
        town.jobs().forEach(job -> {
            town.hands.remove(job.getMetadata().getName() + "-0");
            town.client.resource(job).withGracePeriod(0).delete();
        });
        Town.eventually(() -> assertThat(town.names()).isEmpty());
    }

    private PersistentVolumeClaim claim() {
        return town.client
                .persistentVolumeClaims()
                .inNamespace(town.namespace)
                .withName(NAME)
                .get();
    }

    /** The API server guards each claim until a controller, of which there is none here, lets it go. */
    private void unprotect() {
        if (claim() != null) {
            town.client
                    .resource(claim())
                    .edit(now -> now.edit()
                            .editMetadata()
                            .withFinalizers()
                            .endMetadata()
                            .build());
        }
        Town.eventually(
                () -> assertThat(claim() == null || claim().getMetadata().getDeletionTimestamp() == null)
                        .isTrue());
    }

    private PersistentVolumeClaim claimOf(Map<String, String> labels) {
        return claim(NAME, town.namespace, labels);
    }

    static PersistentVolumeClaim claim(String name, String namespace, Map<String, String> labels) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .withRequests(Map.of("storage", new Quantity("7Gi")))
                .endResources()
                .endSpec()
                .build();
    }
}
