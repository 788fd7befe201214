package dev.potstill.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.DistillationRun;
import dev.potstill.api.Form;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What stands above a run's spec. The rest of an object's metadata is the API server's, and left out. */
record Header(String name, String namespace, Map<String, String> labels, Map<String, String> annotations) {
    private static final String API_VERSION = HasMetadata.getApiVersion(DistillationRun.class);
    private static final String KIND = HasMetadata.getKind(DistillationRun.class);
    private static final List<String> ROOT = List.of("apiVersion", "kind", "metadata", "spec", "status");
    private static final List<String> METADATA = List.of("name", "namespace", "labels", "annotations");
    /** What the API server writes, as it is found in a resource that was fetched from it. */
    private static final Set<String> SERVERS = Set.of(
            "uid",
            "resourceVersion",
            "generation",
            "generateName",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "finalizers",
            "ownerReferences",
            "managedFields",
            "selfLink");

    private static final Pattern LABEL = Pattern.compile(Form.DnsLabel.pattern());

    static Header read(JsonNode document, List<Violation> violations) {
        exactly("apiVersion", API_VERSION, document, violations);
        exactly("kind", KIND, document, violations);
        unknown("", document, ROOT, Set.of(), violations);
        JsonNode metadata = document.path("metadata");
        unknown("metadata.", metadata, METADATA, SERVERS, violations);
        return new Header(
                label("metadata.name", metadata.path("name"), violations),
                metadata.hasNonNull("namespace")
                        ? label("metadata.namespace", metadata.path("namespace"), violations)
                        : "default",
                texts("metadata.labels", metadata.path("labels"), violations),
                texts("metadata.annotations", metadata.path("annotations"), violations));
    }

    /** The whole run under this header. */
    ObjectNode resolved(ObjectNode spec) {
        ObjectNode run = JsonNodeFactory.instance.objectNode();
        run.put("apiVersion", API_VERSION).put("kind", KIND);
        ObjectNode metadata = run.putObject("metadata").put("name", name).put("namespace", namespace);
        put(metadata, "labels", labels);
        put(metadata, "annotations", annotations);
        run.set("spec", spec);
        return run;
    }

    private static void put(ObjectNode metadata, String name, Map<String, String> texts) {
        if (!texts.isEmpty()) {
            texts.forEach(metadata.putObject(name)::put);
        }
    }

    private static void exactly(String path, String expected, JsonNode document, List<Violation> violations) {
        JsonNode found = document.path(path);
        if (!found.isTextual() || !found.textValue().equals(expected)) {
            violations.add(new Violation(path, "found " + Words.found(found) + ", expected " + expected));
        }
    }

    private static void unknown(
            String prefix, JsonNode node, List<String> known, Set<String> passed, List<Violation> violations) {
        node.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !known.contains(name) && !passed.contains(name))
                .forEach(name -> violations.add(new Violation(prefix + name, Words.unknown(name, known))));
    }

    private static String label(String path, JsonNode found, List<Violation> violations) {
        if (!found.isTextual() || !LABEL.matcher(found.textValue()).matches()) {
            violations.add(
                    new Violation(path, "found " + Words.found(found) + ", expected " + Words.form(LABEL.pattern())));
        }
        return found.asText();
    }

    private static Map<String, String> texts(String path, JsonNode found, List<Violation> violations) {
        Map<String, String> texts = new TreeMap<>();
        if (!found.isObject() && !found.isMissingNode() && !found.isNull()) {
            violations.add(new Violation(path, "found " + Words.found(found) + ", expected names and values"));
        }
        found.properties().forEach(entry -> {
            texts.put(entry.getKey(), entry.getValue().asText());
            if (!entry.getValue().isTextual()) {
                violations.add(new Violation(
                        path + "." + entry.getKey(),
                        "found " + Words.found(entry.getValue()) + ", expected text (put it in quotes)"));
            }
        });
        return texts;
    }
}
