package dev.potstill.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDGenerator.AbstractCRDOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/** The CRD as the records of the API generate it. */
final class GeneratedCrd {
    private static final String HEADING =
            "# Generated from the records of dev.potstill.api; CrdTest says how to write it anew.\n";
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();

    private final ObjectNode crd;

    private GeneratedCrd(ObjectNode crd) {
        this.crd = crd;
    }

    static GeneratedCrd make() {
        InMemory output = new InMemory();
        new CRDGenerator()
                .customResourceClasses(DistillationRun.class)
                .forCRDVersions("v1")
                .withImplicitPreserveUnknownFields(false)
                .withOutput(output)
                .detailedGenerate();
        try {
            ObjectNode crd = (ObjectNode) YAML.readTree(output.bytes.toByteArray());
            orderPrinterColumns((ObjectNode) crd.at("/spec/versions/0"));
            complete((ObjectNode) crd.at("/spec/versions/0/schema/openAPIV3Schema"));
            return new GeneratedCrd(crd);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ObjectNode schema() {
        return (ObjectNode) crd.at("/spec/versions/0/schema/openAPIV3Schema");
    }

    String yaml() {
        try {
            return HEADING + YAML.writeValueAsString(crd);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The generator sorts columns by path; people read them in the order they are declared. */
    private static void orderPrinterColumns(ObjectNode version) {
        ArrayNode sorted = version.withArray("additionalPrinterColumns");
        List<JsonNode> columns = Arrays.stream(
                        DistillationRun.class.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(declared -> column(sorted, declared.name()))
                .toList();
        sorted.removeAll().addAll(columns);
    }

    private static JsonNode column(ArrayNode columns, String name) {
        for (JsonNode column : columns) {
            if (column.path("name").asText().equals(name)) {
                return column;
            }
        }
        throw new AssertionError("no printer column " + name);
    }

    private static void complete(ObjectNode root) {
        root.put("description", "A distillation: what is to be distilled into what, and what has come of it.");
        root.putArray("required").add("spec");
        ObjectNode spec = (ObjectNode) root.at("/properties/spec");
        spec.put("description", "What is to be distilled. Fields left out take the method's values.");
        new RecordSchema(true).complete("spec", spec, DistillationRunSpec.class);
        ObjectNode status = (ObjectNode) root.at("/properties/status");
        status.put("description", "What has come of the run; written by the operator.");
        new RecordSchema(false).complete("status", status, DistillationRunStatus.class);
    }

    private static final class InMemory extends AbstractCRDOutput<ByteArrayOutputStream> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        protected ByteArrayOutputStream createStreamFor(String crdName) {
            return bytes;
        }
    }
}
