package dev.potstill.operator.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Execution;
import dev.potstill.manifest.Manifest;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;

/**
 * The resolved run as its trainers read it. It is named by its content and never changes: a pod that starts late must not read of
 * settings that came after its Job.
 */
final class RunConfig {
    static final String FILE = "run.yaml";

    private RunConfig() {}

    /** @param inPod the run as it reads in its pods */
    static ConfigMap of(Run run, Manifest inPod) {
        String yaml = content(inPod).yaml();
        return new ConfigMapBuilder()
                .withMetadata(Owner.child(run, Names.config(run, yaml)))
                .withImmutable(true)
                .withData(Map.of(FILE, yaml))
                .build();
    }

    /** Without what no trainer asks for, so that pausing or retrying a run does not make it another. */
    private static Manifest content(Manifest manifest) {
        ObjectNode resolved = manifest.resolved();
        resolved.withObject("/metadata").retain("name", "namespace");
        resolved.withObject("/spec")
                .put("execution", Execution.Running.name())
                .put("suspend", false)
                .remove("retry");
        return new Manifest(manifest.name(), manifest.namespace(), Map.of(), Map.of(), manifest.spec(), resolved);
    }
}
