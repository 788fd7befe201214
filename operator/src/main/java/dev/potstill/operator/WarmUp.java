package dev.potstill.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Json;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.RunResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Reads a run before there is one: the first one that is read compiles all rules of the API, and that takes a second. */
@ApplicationScoped
public class WarmUp {
    void onStart(@Observes StartupEvent event) {
        Thread.ofPlatform().name("warm-up").daemon().start(() -> Run.parse(sample()));
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
                .build());
        run.setSpec(spec);
        return run;
    }
}
