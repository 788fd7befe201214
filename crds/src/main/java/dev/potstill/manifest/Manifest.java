package dev.potstill.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A run as it was asked for, checked and complete: every default applied, every path absolute.
 *
 * @param name the run's name, a DNS label
 * @param namespace the run's namespace, {@code default} where none was given
 * @param labels the run's labels
 * @param annotations the run's annotations
 * @param spec what is to be done
 * @param resolved the same as JSON, in the order of the API; it reads back to an equal manifest
 */
public record Manifest(
        String name,
        String namespace,
        Map<String, String> labels,
        Map<String, String> annotations,
        DistillationRunSpec spec,
        ObjectNode resolved) {

    public Manifest {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        resolved = resolved.deepCopy();
    }

    /**
     * Reads a YAML or JSON file. Relative paths in it are relative to its folder.
     *
     * @throws Problem REJECTED with a line for each violation; USAGE where there is no such file
     */
    public static Manifest read(Path file) {
        return read(file, List.of());
    }

    /**
     * Reads a YAML or JSON file and sets some of its fields before it is checked.
     *
     * @param overrides each such as {@code spec.teachers[0].model=file:///models/teacher}
     * @throws Problem REJECTED with a line for each violation; USAGE where there is no such file or field
     */
    public static Manifest read(Path file, List<String> overrides) {
        ObjectNode document = Document.read(file);
        overrides.forEach(override -> Setting.parse(override).apply(document));
        Path folder = file.toAbsolutePath().normalize().resolveSibling("");
        return new Reading(file.toString(), Locations.relativeTo(folder)).of(document);
    }

    /**
     * The manifest of a resource as the API server holds it, where no path can be relative.
     *
     * @throws Problem REJECTED with a line for each violation
     */
    public static Manifest of(JsonNode resource) {
        return new Reading("", Locations.absolute()).of(resource);
    }

    /** A copy: a manifest does not change. */
    @Override
    public ObjectNode resolved() {
        return resolved.deepCopy();
    }

    /** The same run with another model to start from. */
    public Manifest startingFrom(String model) {
        ObjectNode changed = resolved();
        changed.withObject("/spec/student").put("model", model);
        return of(changed);
    }

    /**
     * The same run for a reader who finds models and data elsewhere.
     *
     * @param change from each location to where it is for that reader
     */
    public Manifest relocated(UnaryOperator<String> change) {
        JsonNode moved =
                Locations.map("spec", Schema.ofSpec(), resolved.path("spec"), (path, given) -> change.apply(given));
        return new Reading("", Locations.absolute()).moved(this, moved);
    }

    /** The resolved run as YAML. */
    public String yaml() {
        return Document.yaml(resolved);
    }

    /** Writes the resolved run as YAML, whole or not at all. */
    public void write(Path file) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.writeString(partial, yaml());
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new Problem(
                    ExitCode.STORAGE,
                    file + ": cannot be written (" + e + "); is the disk full or the folder closed?",
                    e);
        }
    }
}
