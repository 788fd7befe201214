package dev.potstill.operator.act;

import dev.potstill.api.Workspace;
import dev.potstill.api.Workspace.DeletionPolicy;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.operator.observe.Volume;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The claim of a run's own volume. It is made, and not applied: one of this name that somebody else has made is theirs. Nor is it ever
 * made smaller: somebody may have given it more room.
 *
 * @param there as it was seen
 */
record WorkspaceClaim(KubernetesClient client, Run run, Optional<PersistentVolumeClaim> there) {
    private static final Logger LOG = Logger.getLogger(WorkspaceClaim.class);
    private static final String BOUND = "Bound";

    /** Has one there that is large enough. */
    void provide() {
        there.ifPresentOrElse(this::grow, this::make);
    }

    /**
     * Has it owned, or not, as the run's deletion policy says now. One that an earlier run has left behind is taken up and stays, whatever
     * becomes of this run.
     */
    void own() {
        there.filter(this::isOwn)
                .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null)
                .filter(claim -> claim.getMetadata().getOwnerReferences().isEmpty() == goes())
                .ifPresent(claim -> patch(Map.of(
                        "metadata", Map.of("ownerReferences", goes() ? List.of(Owner.reference(run)) : List.of()))));
    }

    private boolean isOwn(PersistentVolumeClaim claim) {
        return run.uid().equals(label(claim, Names.RUN_UID));
    }

    private boolean goes() {
        return run.spec().workspace().deletionPolicy() == DeletionPolicy.Delete;
    }

    /** One that has no volume yet cannot be changed; it grows when the next attempt begins. */
    private void grow(PersistentVolumeClaim claim) {
        boolean bound =
                claim.getStatus() != null && BOUND.equals(claim.getStatus().getPhase());
        Quantity wanted = new Quantity(run.spec().workspace().size());
        Quantity has = claim.getSpec().getResources().getRequests().get("storage");
        if (bound && has != null && wanted.getNumericalAmount().compareTo(has.getNumericalAmount()) > 0) {
            enlarge(wanted);
        }
    }

    /** A class that cannot, or a quota, leaves it as large as it is: the stage may well fit. */
    private void enlarge(Quantity wanted) {
        try {
            patch(Map.of("spec", Map.of("resources", Map.of("requests", Map.of("storage", wanted.toString())))));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN && e.getCode() != Beginning.INVALID) {
                throw e;
            }
            LOG.warnf(
                    "%s/%s: spec.workspace.size: %s stays as large as it is: %s",
                    run.namespace(), run.name(), Names.workspace(run), e.getMessage());
        }
    }

    private void patch(Map<String, ?> change) {
        client.persistentVolumeClaims()
                .inNamespace(run.namespace())
                .withName(Names.workspace(run))
                .patch(PatchContext.of(PatchType.JSON_MERGE), Json.compact(change));
    }

    private void make() {
        try {
            client.resource(claim()).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            requireRunsOwn(e);
        }
    }

    /** It was made and not seen yet, or it is not this run's to take. One that is gone since, or about to go, is soon out of the way. */
    private void requireRunsOwn(KubernetesClientException refused) {
        var found = client.persistentVolumeClaims()
                .inNamespace(run.namespace())
                .withName(Names.workspace(run))
                .get();
        if (found == null || found.getMetadata().getDeletionTimestamp() != null) {
            throw refused;
        }
        if (!run.name().equals(label(found, Names.RUN))) {
            throw Problem.rejected(
                    ("spec.workspace: found a PersistentVolumeClaim %s that no run has made, expected none of this"
                                    + " name; name it in spec.workspace.claimName to have the run use it, or delete it")
                            .formatted(Names.workspace(run)));
        }
        if (new Volume(Optional.of(found)).leaving(run).isPresent()) {
            throw refused;
        }
    }

    private static @Nullable String label(PersistentVolumeClaim claim, String name) {
        var labels = claim.getMetadata().getLabels();
        return labels == null ? null : labels.get(name);
    }

    private PersistentVolumeClaim claim() {
        Workspace workspace = run.spec().workspace();
        String name = Names.workspace(run);
        return new PersistentVolumeClaimBuilder()
                .withMetadata(goes() ? Owner.child(run, name) : Owner.kept(run, name))
                .withNewSpec()
                .withAccessModes(workspace.accessMode().name())
                .withStorageClassName(workspace.storageClassName())
                .withNewResources()
                .withRequests(Map.of("storage", new Quantity(workspace.size())))
                .endResources()
                .endSpec()
                .build();
    }
}
