package dev.potstill.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Json;
import dev.potstill.operator.observe.Origin;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.Run.Parsed.Good;
import dev.potstill.operator.run.RunResource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.Optional;

/**
 * Goes through a run before there is one, and makes nothing of it: the first runs would take ten times as long as all others, as the
 * rules of the API are compiled then, and classes loaded.
 */
@ApplicationScoped
public class WarmUp {
    /** Until what a reconcile goes through has been compiled; a second or two beside everything else that starts. */
    private static final int ROUNDS = 40;

    private final Rooms rooms;
    private final KubernetesSerialization serialization;

    WarmUp(Rooms rooms, KubernetesClient client) {
        this.rooms = rooms;
        this.serialization = client.getKubernetesSerialization();
    }

    /** After the operator has started, which would take longer beside it. */
    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) StartupEvent event) {
        Thread.ofPlatform().name("warm-up").daemon().start(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                rehearse();
            }
        });
    }

    private void rehearse() {
        if (Run.parse(sample()) instanceof Good(Run run)) {
            var seen = rooms.observe().of(Origin.of(run, _ -> Optional.empty()), List.of(), List.of(), List.of());
            var decision = rooms.decide().next(seen.situation());
            serialization.asJson(rooms.report().of(run, seen, decision));
            var draft = rooms.act().draft(run.spec().stages().getFirst(), run, seen);
            serialization.unmarshal(serialization.asJson(draft.config()), ConfigMap.class);
            serialization.unmarshal(serialization.asJson(draft.job()), Job.class);
        }
    }

    private static RunResource sample() {
        ObjectNode spec = Json.mapper().createObjectNode();
        spec.putArray("teachers").addObject().put("name", "teacher").put("model", "builtin://teacher");
        spec.putObject("student").put("model", "builtin://start");
        spec.putObject("data").putArray("sources").addObject().put("uri", "builtin://problems");
        var run = new RunResource();
        run.setMetadata(new ObjectMetaBuilder()
                .withName("sample")
                .withNamespace("default")
                .withUid("sample")
                .withGeneration(1L)
                .build());
        run.setSpec(spec);
        return run;
    }
}
