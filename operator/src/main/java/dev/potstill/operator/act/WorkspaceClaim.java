package dev.potstill.operator.act;

import dev.potstill.api.Workspace;
import dev.potstill.api.Workspace.DeletionPolicy;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** The claim of a run's own volume. */
final class WorkspaceClaim {
    private WorkspaceClaim() {}

    static PersistentVolumeClaim of(Run run) {
        Workspace workspace = run.spec().workspace();
        String name = Names.workspace(run);
        boolean goes = workspace.deletionPolicy() == DeletionPolicy.Delete;
        return new PersistentVolumeClaimBuilder()
                .withMetadata(goes ? Owner.child(run, name) : Owner.kept(run, name))
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
