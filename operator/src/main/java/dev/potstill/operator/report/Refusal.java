package dev.potstill.operator.report;

import dev.potstill.api.Condition;
import dev.potstill.api.Condition.Status;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.operator.run.RunResource;
import dev.potstill.pipeline.Stamp;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The status of a run for which the API server refuses a write: a quota is used up, say, or a volume cannot shrink. */
final class Refusal {
    private static final String REASON = "RefusedByCluster";

    /** So many tries later, what passes by itself has not passed, and is told. */
    static final int PATIENCE = 3;

    private static final int TOO_MANY_REQUESTS = 429;

    private Refusal() {}

    /** That somebody else was quicker, or that the API server is out of breath or not to be heard. */
    static boolean passes(KubernetesClientException refused) {
        int code = refused.getCode();
        return code < HttpURLConnection.HTTP_BAD_REQUEST
                || code >= HttpURLConnection.HTTP_INTERNAL_ERROR
                || code == HttpURLConnection.HTTP_CONFLICT
                || code == HttpURLConnection.HTTP_CLIENT_TIMEOUT
                || code == TOO_MANY_REQUESTS;
    }

    static DistillationRunStatus of(RunResource resource, Stamp stamp, String why) {
        var before = resource.getStatus();
        var conditions = List.of(
                stamp.condition("Accepted", Status.True, "Valid", "The manifest is valid"),
                stamp.condition("Reconciling", Status.True, REASON, why),
                stamp.condition("Stalled", Status.False, REASON, why),
                stamp.condition("Ready", Status.False, REASON, why),
                gates(before, stamp),
                stamp.condition("Succeeded", Status.Unknown, REASON, why));
        return new DistillationRunStatus(
                resource.getMetadata().getGeneration(),
                before == null ? null : before.stage(),
                "waits: " + why,
                conditions,
                before == null ? List.of() : before.stages(),
                before == null ? List.of() : before.scores(),
                before == null ? null : before.score(),
                before == null ? null : before.startedFrom(),
                before == null ? null : before.trainerImage());
    }

    private static Condition gates(@Nullable DistillationRunStatus before, Stamp stamp) {
        return before == null
                ? unjudged(stamp)
                : before.conditions().stream()
                        .filter(condition -> condition.type().equals("GatesPassed"))
                        .findFirst()
                        .orElseGet(() -> unjudged(stamp));
    }

    private static Condition unjudged(Stamp stamp) {
        return stamp.condition("GatesPassed", Status.Unknown, "NotEvaluated", "Nothing has been evaluated");
    }
}
