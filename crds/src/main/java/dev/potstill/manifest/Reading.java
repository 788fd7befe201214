package dev.potstill.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.contract.OtherRun;
import dev.potstill.contract.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * From a document to a manifest: the header, defaults, the schema, its rules, paths, and what is available.
 *
 * @param origin what messages call the document; empty where there is nothing to call it
 * @param locations what becomes of paths
 */
record Reading(String origin, Locations locations) {
    private static final JsonMapper BINDER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    Manifest of(JsonNode document) {
        List<Violation> violations = new ArrayList<>();
        Header header = Header.read(document, violations);
        Schema schema = Schema.ofSpec();
        JsonNode defaulted = Defaults.apply(schema, document.path("spec"));
        violations.addAll(Check.of("spec", schema, defaulted));
        violations.addAll(Rules.of("spec", schema, defaulted, List.copyOf(violations)));
        stopAt(violations);
        return located(header, defaulted, violations);
    }

    /** The manifest of a complete spec that the schema and its rules have found good. */
    private Manifest located(Header header, JsonNode complete, List<Violation> violations) {
        ObjectNode spec = (ObjectNode) locations.resolve(Schema.ofSpec(), complete, violations);
        stopAt(violations);
        DistillationRunSpec bound = bind(spec);
        OtherRun.named(bound.student().model())
                .filter(header.name()::equals)
                .ifPresent(self -> violations.add(new Violation(
                        "spec.student.model", "found run://" + self + ", this very run; name another one")));
        violations.addAll(NodeLabels.in(bound.scheduling()));
        violations.addAll(TokenSecrets.in(bound));
        stopAt(violations);
        stopAt(Unavailable.in(bound));
        return new Manifest(
                header.name(), header.namespace(), header.labels(), header.annotations(), bound, header.resolved(spec));
    }

    /** The same manifest with other locations in its spec: each has to fit, and no rule is about where something is. */
    Manifest moved(Manifest manifest, JsonNode spec) {
        var header = new Header(manifest.name(), manifest.namespace(), manifest.labels(), manifest.annotations());
        List<Violation> violations = Check.of("spec", Schema.ofSpec(), spec);
        stopAt(violations);
        return located(header, spec, violations);
    }

    private void stopAt(List<Violation> violations) {
        if (!violations.isEmpty()) {
            throw Problem.rejected(Violation.lines(origin, violations));
        }
    }

    private static DistillationRunSpec bind(ObjectNode spec) {
        try {
            return BINDER.treeToValue(spec, DistillationRunSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the schema let through what the records cannot hold", e);
        }
    }
}
