package dev.potstill.operator.observe;

import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Collection;
import java.util.Optional;

/**
 * The claim of a run's own volume, as it is seen.
 *
 * @param claim empty where there is none, or the run uses one that was there before
 */
public record Volume(Optional<PersistentVolumeClaim> claim) {

    static Volume of(Run run, Collection<PersistentVolumeClaim> claims) {
        boolean own = run.spec().workspace().claimName() == null;
        return new Volume(claims.stream()
                .filter(claim -> own && claim.getMetadata().getName().equals(Names.workspace(run)))
                .findFirst());
    }

    /** Why no stage can begin on it: an earlier run's goes when that run does, with all that is on it. */
    public Optional<String> leaving(Run run) {
        return claim.filter(some -> some.getMetadata().getDeletionTimestamp() != null || isAnothers(some, run))
                .map(some -> "Waits until the volume of an earlier run of this name is gone: the claim %s"
                        .formatted(some.getMetadata().getName()));
    }

    private static boolean isAnothers(PersistentVolumeClaim claim, Run run) {
        return claim.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .anyMatch(owner -> !owner.equals(run.uid()));
    }
}
