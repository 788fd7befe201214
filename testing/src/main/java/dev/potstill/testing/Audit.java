package dev.potstill.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the packed operator asked for, as the API server wrote it down. */
public final class Audit {
    public static final String NAMESPACE = "potstill-system";
    private static final Set<String> READS = Set.of("get", "list", "watch");
    private static final Path FOLDER = folder();
    static final Path LOG = FOLDER.resolve("audit.log");

    /** @param code of the answer */
    public record Entry(String verb, String group, String resource, String name, int code) {
        public boolean isWrite() {
            return !READS.contains(verb);
        }

        /** As a rule of a role has it. */
        public String right() {
            return group + "/" + resource + " " + verb;
        }
    }

    private Audit() {}

    /** Whole, that is with every request that has been answered by now. */
    public static List<Entry> entries() {
        try (var lines = Files.lines(LOG)) {
            return lines.map(Audit::read)
                    .filter(entry -> !entry.resource().isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing of anyone else is written down. */
    static Path policy() {
        try {
            return Files.writeString(FOLDER.resolve("policy.yaml"), """
                    apiVersion: audit.k8s.io/v1
                    kind: Policy
                    omitStages: [RequestReceived]
                    rules:
                    - {level: Metadata, userGroups: ["system:serviceaccounts:%s"]}
                    - {level: None}
                    """.formatted(NAMESPACE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry read(String line) {
        try {
            JsonNode event = Json.mapper().readTree(line);
            JsonNode about = event.path("objectRef");
            String below = about.path("subresource").asText();
            return new Entry(
                    event.path("verb").asText(),
                    about.path("apiGroup").asText(),
                    about.path("resource").asText() + (below.isEmpty() ? "" : "/" + below),
                    about.path("name").asText(),
                    event.path("responseStatus").path("code").asInt());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("potstill-audit");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                LOG.toFile().delete();
                folder.resolve("policy.yaml").toFile().delete();
                folder.toFile().delete();
            }));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
