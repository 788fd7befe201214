package dev.potstill.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The cluster that KUBECONFIG names, with a namespace for one class of tests, which admits restricted pods only. */
final class Cluster implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
    static final String API = "potstill.dev/v1alpha1";
    private static final String RUN = "potstill.dev/run";

    private final KubernetesClient client = new KubernetesClientBuilder().build();
    private final String namespace;

    Cluster(String namespace) {
        this.namespace = "potstill-e2e-" + namespace;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            new Evidence(client, namespace).print();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        client.namespaces().withName(namespace).withTimeout(2, TimeUnit.MINUTES).delete();
        client.close();
    }

    /** As kubectl apply does it: the file as it is, if nothing is to be changed in it. */
    Run apply(Path manifest, String... replacements) throws IOException {
        String text = Files.readString(manifest);
        for (int i = 0; i < replacements.length; i += 2) {
            if (!text.contains(replacements[i])) {
                throw new AssertionError(manifest + " does not hold " + replacements[i]);
            }
            text = text.replace(replacements[i], replacements[i + 1]);
        }
        var run = client.genericKubernetesResources(API, "DistillationRun")
                .inNamespace(namespace)
                .resource(Serialization.unmarshal(text, GenericKubernetesResource.class));
        run.fieldManager("e2e").serverSideApply();
        return new Run(run, run.item().getMetadata().getName());
    }

    /** Waits until nothing reads a workspace for a report any more. */
    void awaitNoReaders() throws Exception {
        client.pods()
                .inNamespace(namespace)
                .withLabel("potstill.dev/reads")
                .informOnCondition(List::isEmpty)
                .get(30, TimeUnit.SECONDS);
    }

    boolean hasGpu() {
        return client.nodes().list().getItems().stream()
                .anyMatch(node -> node.getStatus().getAllocatable().containsKey("nvidia.com/gpu"));
    }

    KubernetesClient client() {
        return client;
    }

    String namespace() {
        return namespace;
    }

    List<Job> jobs(Run run) {
        return client.batch().v1().jobs().inNamespace(namespace).withLabel(RUN, run.name()).list().getItems().stream()
                .sorted(Comparator.comparing(job -> job.getMetadata().getCreationTimestamp()))
                .toList();
    }

    List<Pod> pods(Run run) {
        return client.pods()
                .inNamespace(namespace)
                .withLabel(RUN, run.name())
                .list()
                .getItems();
    }

    List<Pod> podsOf(String stage) {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("potstill.dev/stage", stage)
                .list()
                .getItems();
    }

    /** A run in the cluster. */
    static final class Run {
        private static final ObjectMapper JSON = new ObjectMapper();
        private final Resource<GenericKubernetesResource> resource;
        private final String name;

        private Run(Resource<GenericKubernetesResource> resource, String name) {
            this.resource = resource;
            this.name = name;
        }

        String name() {
            return name;
        }

        /** Its status as soon as it succeeded; fails with the last one seen, at once where the run has failed as it is now. */
        JsonNode succeeds(Duration most) {
            long generation = resource.get().getMetadata().getGeneration();
            JsonNode ended = await(
                    most,
                    now -> now.path("observedGeneration").asLong() >= generation
                            && (is(now, "Succeeded", "True") || is(now, "Succeeded", "False")));
            if (!is(ended, "Succeeded", "True")) {
                throw new AssertionError("the run failed: " + ended.toPrettyString());
            }
            return ended;
        }

        /** @param spec of a JSON merge patch */
        void change(String spec) {
            resource.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + spec + "}");
        }

        /** Its status as soon as it is as wanted; fails with the last one seen. */
        JsonNode await(Duration most, Predicate<JsonNode> wanted) {
            try {
                return status(resource.waitUntilCondition(
                        run -> run != null && wanted.test(status(run)), most.toSeconds(), TimeUnit.SECONDS));
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "waited in vain; the status was "
                                + status(resource.get()).toPrettyString(),
                        e);
            }
        }

        void delete() {
            resource.delete();
        }

        /** A condition of a status; missing where it is not there. */
        static JsonNode condition(JsonNode status, String type) {
            for (JsonNode condition : status.path("conditions")) {
                if (condition.path("type").asText().equals(type)) {
                    return condition;
                }
            }
            return JSON.missingNode();
        }

        static boolean is(JsonNode status, String type, String value) {
            return condition(status, type).path("status").asText().equals(value);
        }

        private static JsonNode status(GenericKubernetesResource run) {
            return JSON.valueToTree(run.getAdditionalProperties().get("status"));
        }
    }
}
