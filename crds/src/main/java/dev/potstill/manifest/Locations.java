package dev.potstill.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.potstill.api.Form;
import dev.potstill.contract.BucketPath;
import dev.potstill.contract.ClaimPath;
import dev.potstill.contract.HubPath;
import dev.potstill.contract.ImagePath;
import dev.potstill.contract.OtherRun;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

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

    JsonNode resolve(Schema schema, JsonNode spec, List<Violation> violations) {
        return map("spec", schema, spec, (path, given) -> location(path, given, violations));
    }

    /** The same with other locations. */
    static JsonNode map(String path, Schema schema, JsonNode value, BinaryOperator<String> change) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode changed = object.objectNode();
                object.properties()
                        .forEach(entry -> changed.set(
                                entry.getKey(),
                                schema.property(entry.getKey())
                                        .map(below -> map(path + "." + entry.getKey(), below, entry.getValue(), change))
                                        .orElse(entry.getValue())));
                yield changed;
            }
            case ArrayNode array -> {
                ArrayNode changed = array.arrayNode();
                for (int i = 0; i < array.size(); i++) {
                    changed.add(map(path + "[" + i + "]", schema.items(), array.get(i), change));
                }
                yield changed;
            }
            case TextNode text
            when schema.pattern().equals(Form.Location.pattern()) ->
                TextNode.valueOf(change.apply(path, text.textValue()));
            default -> value;
        };
    }

    private String location(String path, String given, List<Violation> violations) {
        if (given.startsWith(ClaimPath.SCHEME) || given.startsWith(OtherRun.SCHEME)) {
            (given.startsWith(OtherRun.SCHEME) ? run(path, given) : claim(path, given)).ifPresent(violations::add);
            return given;
        }
        if (given.contains("://") && !given.startsWith(FILE)) {
            elsewhere(path, given).ifPresent(violations::add);
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

    private static Optional<Violation> run(String path, String given) {
        if (!path.equals("spec.student.model")) {
            return Optional.of(new Violation(
                    path, "found " + Words.quote(given) + ", a student; only spec.student.model can be another run's"));
        }
        return OtherRun.named(given).filter(OtherRun::isName).isPresent()
                ? Optional.empty()
                : Optional.of(new Violation(
                        path, "found " + Words.quote(given) + ", expected run:// and " + Form.DnsLabel.words()));
    }

    private Optional<Violation> elsewhere(String path, String given) {
        if (given.startsWith(HubPath.SCHEME)) {
            return hub(path, given);
        }
        if (given.startsWith(BucketPath.SCHEME)) {
            return form(path, given, BucketPath.of(given).isPresent(), BucketPath.FORM);
        }
        if (given.startsWith(ImagePath.SCHEME) && folder.isPresent()) {
            return Optional.of(new Violation(
                    path,
                    "found " + Words.quote(given)
                            + ", an image that a cluster mounts; on one machine give a path, or hf:// or s3://"));
        }
        return given.startsWith(ImagePath.SCHEME)
                ? form(path, given, ImagePath.of(given).isPresent(), ImagePath.FORM)
                : Optional.empty();
    }

    /** Data are in data sets, models are not: the other is a slip of the pen. */
    private static Optional<Violation> hub(String path, String given) {
        boolean data = path.startsWith("spec.data.") || path.startsWith("spec.evaluation.");
        Optional<HubPath> named = HubPath.of(given);
        return named.filter(found -> found.dataset() != data)
                .map(found -> new Violation(
                        path,
                        "found " + Words.quote(given)
                                + (data
                                        ? ", a model, expected data: hf://datasets/…"
                                        : ", data, expected a model: hf://ORG/NAME")))
                .or(() -> form(path, given, named.isPresent(), HubPath.FORM));
    }

    private static Optional<Violation> form(String path, String given, boolean fits, String form) {
        return fits
                ? Optional.empty()
                : Optional.of(new Violation(path, "found " + Words.quote(given) + ", expected " + form));
    }

    private Optional<Violation> claim(String path, String given) {
        if (folder.isPresent()) {
            return Optional.of(new Violation(
                    path, "found " + Words.quote(given) + ", a claim of a cluster; on one machine give a path"));
        }
        return ClaimPath.of(given).isPresent()
                ? Optional.empty()
                : Optional.of(
                        new Violation(
                                path,
                                "found " + Words.quote(given)
                                        + ", expected pvc://CLAIM/PATH: a claim of the run's namespace, and a path in it without .."));
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
