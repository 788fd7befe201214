package dev.potstill.operator.act;

import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** A Job is made, once. Caches may not know yet of one that is there: it is left as it is, and seen by the next look. */
record Beginning(KubernetesClient client, Run run) {
    /** "Unprocessable Entity": of a Job that is there, most fields cannot change. */
    static final int INVALID = 422;

    void of(Job job) {
        try {
            client.resource(job).fieldManager(Names.FIELD_MANAGER).serverSideApply();
        } catch (KubernetesClientException e) {
            if (!isLetGo(e) && !(e.getCode() == INVALID && isThere(job))) {
                throw e;
            }
        }
    }

    /** One that its queue has let go since must not be held again. */
    private static boolean isLetGo(KubernetesClientException refused) {
        return refused.getCode() == HttpURLConnection.HTTP_CONFLICT
                && refused.getStatus() != null
                && refused.getStatus().getDetails() != null
                && refused.getStatus().getDetails().getCauses().stream()
                        .anyMatch(cause -> ".spec.suspend".equals(cause.getField()));
    }

    /** Made for what the run was when it was made. One of this name that is not the run's is no reason to go on. (Listed, as the operator may not get a Job.) */
    private boolean isThere(Job job) {
        return client
                .batch()
                .v1()
                .jobs()
                .inNamespace(run.namespace())
                .withLabel(Names.RUN_UID, run.uid())
                .list()
                .getItems()
                .stream()
                .anyMatch(there ->
                        there.getMetadata().getName().equals(job.getMetadata().getName()));
    }
}
