package dev.potstill.cli.cluster;

import dev.potstill.api.DistillationRun;
import dev.potstill.api.Execution;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.manifest.Spelling;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The runs of a cluster. */
record Runs(Connection connection) {
    static final String RESOURCE = "distillationruns.potstill.dev";

    private static final ResourceDefinitionContext DEFINITION =
            ResourceDefinitionContext.fromResourceType(DistillationRun.class);
    /** Of what people ask for by this command line, apart from what the operator writes. */
    private static final String FIELD_MANAGER = "potstill-cli";

    private static MixedOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            all(KubernetesClient client) {
        return client.genericKubernetesResources(DEFINITION);
    }

    /**
     * By namespace and name.
     *
     * @param warnings of runs whose status is not understood
     */
    List<ClusterRun> list(boolean everywhere, Consumer<String> warnings) {
        return connection
                .ask(
                        "list",
                        RESOURCE,
                        client -> everywhere
                                ? all(client).inAnyNamespace().list()
                                : all(client)
                                        .inNamespace(connection.namespace())
                                        .list())
                .getItems()
                .stream()
                .map(run -> ClusterRun.of(run, warnings))
                .sorted(Comparator.comparing(ClusterRun::namespace).thenComparing(ClusterRun::name))
                .toList();
    }

    /** @throws Problem USAGE where there is none of this name, with the name that was most likely meant */
    ClusterRun get(String name) {
        return find(name).orElseThrow(() -> missing(name));
    }

    private Optional<ClusterRun> find(String name) {
        return Optional.ofNullable(connection.ask(
                        "get",
                        RESOURCE,
                        client -> all(client)
                                .inNamespace(connection.namespace())
                                .withName(name)
                                .get()))
                .map(ClusterRun::of);
    }

    private Problem missing(String name) {
        List<String> names;
        try {
            names = list(false, ignored -> {}).stream().map(ClusterRun::name).toList();
        } catch (Problem problem) {
            if (problem.exitCode() != ExitCode.FORBIDDEN) {
                return problem;
            }
            names = List.of();
        }
        String hint = Spelling.nearest(name, names)
                .map(near -> "did you mean %s?".formatted(near))
                .orElse("potstill list -A shows all there are");
        return new Problem(
                ExitCode.USAGE, "there is no run %s in namespace %s: %s".formatted(name, connection.namespace(), hint));
    }

    void want(ClusterRun run, Execution execution) {
        change(run, Map.of("execution", execution));
    }

    /** Has one that failed go over its stages again. */
    void retry(ClusterRun run, Instant now) {
        String text = now.toString();
        var changed = change(run, Map.of("execution", Execution.Running, "retry", text));
        if (!text.equals(changed.get("spec", "retry"))) {
            throw new Problem(
                    ExitCode.USAGE,
                    "%s: the cluster's DistillationRun knows no spec.retry, for it is that of an older Potstill: change the manifest, or upgrade"
                            .formatted(run.name()));
        }
    }

    /** Changes these fields alone, whoever applied the rest. */
    private GenericKubernetesResource change(ClusterRun run, Map<String, ?> spec) {
        var patch = new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(FIELD_MANAGER)
                .build();
        return connection.ask(
                "patch",
                RESOURCE,
                client -> all(client)
                        .inNamespace(run.namespace())
                        .withName(run.name())
                        .patch(patch, Json.compact(Map.of("spec", spec))));
    }
}
