package dev.potstill.operator.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.DistillationRunStatus;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/**
 * A DistillationRun as it is watched: its spec is not bound yet, so that one which an older or newer version of the API let through
 * is a run to reject, and not an end of the watch.
 */
@Group("potstill.dev")
@Version("v1alpha1")
@Kind("DistillationRun")
@Plural("distillationruns")
public class RunResource extends CustomResource<ObjectNode, DistillationRunStatus> implements Namespaced {

    @Override
    protected @Nullable ObjectNode initSpec() {
        return null;
    }

    @Override
    protected @Nullable DistillationRunStatus initStatus() {
        return null;
    }
}
