package dev.potstill.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.potstill.api.Form;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes absolute file URIs of a run's paths, so that the run can be handed elsewhere.
 *
 * @param folder what relative paths are relative to; empty where they have no meaning
 */
record Locations(Optional<Path> folder) {
    private static final String FILE = "file://";

    static Locations relativeTo(Path folder) {
        return new Locations(Optional.of(folder));
    }

    static Locations absolute() {
        return new Locations(Optional.empty());
    }

    JsonNode resolve(String path, Schema schema, JsonNode value, List<Violation> violations) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode resolved = object.objectNode();
                object.properties()
                        .forEach(entry -> resolved.set(
                                entry.getKey(),
                                schema.property(entry.getKey())
                                        .map(below -> resolve(
                                                path + "." + entry.getKey(), below, entry.getValue(), violations))
                                        .orElse(entry.getValue())));
                yield resolved;
            }
            case ArrayNode array -> {
                ArrayNode resolved = array.arrayNode();
                for (int i = 0; i < array.size(); i++) {
                    resolved.add(resolve(path + "[" + i + "]", schema.items(), array.get(i), violations));
                }
                yield resolved;
            }
            case TextNode text
            when schema.pattern().equals(Form.Location.pattern()) ->
                TextNode.valueOf(location(path, text.textValue(), violations));
            default -> value;
        };
    }

    private String location(String path, String given, List<Violation> violations) {
        if (given.contains("://") && !given.startsWith(FILE)) {
            return given;
        }
        try {
            Path file = Path.of(path(given));
            if (file.isAbsolute() || folder.isPresent()) {
                return uri(folder.map(base -> base.resolve(file)).orElse(file).normalize());
            }
            violations.add(new Violation(
                    path, "found the relative path " + Words.quote(given) + ", expected one that starts with /"));
        } catch (InvalidPathException e) {
            violations.add(new Violation(
                    path, "found " + Words.quote(given) + ", expected a path of this system: " + e.getReason()));
        }
        return given;
    }

    /** A bare path is taken as it is; that of a file URI is decoded, unless it was not encoded in the first place. */
    private static String path(String given) {
        if (!given.startsWith(FILE)) {
            return given;
        }
        String rest = given.substring(FILE.length());
        try {
            URI uri = new URI("file:///" + rest);
            return uri.getQuery() == null && uri.getFragment() == null
                    ? uri.getPath().substring(1)
                    : rest;
        } catch (URISyntaxException notEncoded) {
            return rest;
        }
    }

    /** Unlike {@link Path#toUri()}, the same whether the folder is there or not. */
    private static String uri(Path file) {
        try {
            return new URI("file", "", file.toString(), null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
