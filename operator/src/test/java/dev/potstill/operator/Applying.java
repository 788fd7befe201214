package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Condition;
import dev.potstill.contract.Json;
import dev.potstill.operator.run.RunResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;

/** Runs as a user writes them to the API server, good and bad. */
record Applying(Town town) {

    Condition condition(String name, String type) {
        return Optional.ofNullable(run(name).getStatus()).stream()
                .flatMap(status -> status.conditions().stream())
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " has no condition " + type));
    }

    void merge(String name, String patch) {
        found(name).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    RunResource run(String name) {
        return found(name).get();
    }

    Resource<RunResource> found(String name) {
        return town.client
                .resources(RunResource.class)
                .inNamespace(town.namespace)
                .withName(name);
    }

    static ObjectNode spec() {
        return (ObjectNode) json("""
                {"teachers": [{"name": "big", "model": "builtin://teacher"}], "student": {"model": "builtin://start"},
                 "data": {"sources": [{"uri": "builtin://problems"}]}, "stages": ["Data", "Evaluation"]}""");
    }

    /** As kubectl does it: unknown fields are refused, and what was applied before is replaced. */
    Optional<String> put(String name, ObjectNode spec) {
        for (int tries = 0; tries < 10; tries++) {
            try {
                write(name, spec);
                return Optional.empty();
            } catch (KubernetesClientException e) {
                // Its status was written in between.
                if (e.getCode() != 409) {
                    assertThat(e.getCode()).as("%s: %s", spec, e.getMessage()).isIn(400, 422);
                    return Optional.of(String.valueOf(e.getStatus().getMessage()));
                }
            }
        }
        throw new AssertionError(name + " is written all the time");
    }

    private void write(String name, ObjectNode spec) {
        ObjectNode object = object(name, spec);
        RunResource there = run(name);
        if (there == null) {
            raw("POST", "?fieldValidation=Strict", object);
        } else {
            object.withObject("/metadata")
                    .put("resourceVersion", there.getMetadata().getResourceVersion());
            raw("PUT", "/" + name + "?fieldValidation=Strict", object);
        }
    }

    ObjectNode object(String name, ObjectNode spec) {
        ObjectNode object =
                (ObjectNode) json("{\"apiVersion\": \"potstill.dev/v1alpha1\", \"kind\": \"DistillationRun\"}");
        object.putObject("metadata").put("name", name).put("namespace", town.namespace);
        object.set("spec", spec);
        return object;
    }

    void raw(String method, String path, JsonNode body) {
        town.client.raw(
                "/apis/potstill.dev/v1alpha1/namespaces/" + town.namespace + "/distillationruns" + path, method, body);
    }

    static JsonNode json(String text) {
        try {
            return Json.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
