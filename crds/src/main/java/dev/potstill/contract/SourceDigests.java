package dev.potstill.contract;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Content digests of the models, data and suites that a stage reads. A {@code file://} is hashed once: the cache knows it again by its
 * path, size and time of change. Of a folder of data those files count that are read. What is fetched has the digest that its pin says. Any other URI stands for itself: {@code builtin://}
 * ships with the trainer, whose version every input digest holds, and a location that is not looked up yet has made nothing.
 */
public final class SourceDigests {
    private static final String FILE = "file://";
    private static final Pattern SOURCE = Pattern.compile("data\\.sources\\[(\\d+)\\]\\.uri");

    private final Path cache;
    private final Pins pins;
    private final Map<String, Entry> known;
    private boolean changed;

    private record Entry(long bytes, long changedNanos, String sha256) {}

    private SourceDigests(Path cache, Pins pins, Map<String, Entry> known) {
        this.cache = cache;
        this.pins = pins;
        this.known = known;
    }

    public static SourceDigests cachedIn(WorkspaceLayout workspace, Pins pins) {
        Path cache = workspace.cache().resolve("digests.json");
        try {
            return new SourceDigests(
                    cache,
                    pins,
                    Files.exists(cache)
                            ? Json.mapper()
                                    .readValue(Files.readString(cache), new TypeReference<TreeMap<String, Entry>>() {})
                            : new TreeMap<>());
        } catch (IOException e) {
            // A cache that cannot be read is an empty one.
            return new SourceDigests(cache, pins, new TreeMap<>());
        }
    }

    /** The file or folder an absolute {@code file://} URI names. */
    public static Path path(String uri) {
        return Path.of(URI.create(uri));
    }

    /** Digests by URI, of what this stage reads. */
    public Map<String, String> of(Stage stage, DistillationRunSpec spec) {
        var digests = new TreeMap<String, String>();
        Map<String, String> settings = StageSettings.of(stage, spec);
        settings.forEach((field, value) -> {
            if (value.startsWith(FILE)) {
                digests.put(value, digest(field, value, forms(value, settings, spec)));
            }
            pins.of(value).ifPresent(pin -> digests.put(value, pin.digest()));
        });
        if (changed) {
            changed = false;
            store();
        }
        return digests;
    }

    /** As what a location is read, where it is data alone; of anything else all files count. */
    private static Set<DataForm> forms(String uri, Map<String, String> settings, DistillationRunSpec spec) {
        var forms = EnumSet.noneOf(DataForm.class);
        for (var setting : settings.entrySet()) {
            if (setting.getValue().equals(uri)) {
                Matcher source = SOURCE.matcher(setting.getKey());
                if (!source.matches()) {
                    return Set.of();
                }
                forms.add(DataForm.of(spec.data()
                        .sources()
                        .get(Integer.parseInt(source.group(1)))
                        .format()));
            }
        }
        return forms;
    }

    /** @param forms as which a folder is read; none where all of its files are */
    private String digest(String field, String uri, Set<DataForm> forms) {
        Path path = path(uri);
        if (!Files.exists(path)) {
            throw Problem.rejected("spec.%s: there is no file or folder %s; expected one that exists. Correct the path"
                    .formatted(field, path));
        }
        try {
            if (!Files.isDirectory(path)) {
                return digest(path);
            }
            var digests = new TreeMap<String, String>();
            for (var file : (forms.isEmpty() ? Sha256.filesBelow(path) : files(path, forms)).entrySet()) {
                digests.put(file.getKey(), digest(file.getValue()));
            }
            return Sha256.of(digests);
        } catch (IOException e) {
            throw new Problem(
                    ExitCode.STORAGE, "spec.%s: %s cannot be read (%s)".formatted(field, path, e.getMessage()), e);
        }
    }

    private static Map<String, Path> files(Path folder, Set<DataForm> forms) throws IOException {
        var files = new TreeMap<String, Path>();
        for (DataForm form : forms) {
            form.in(folder).forEach(file -> files.put(String.valueOf(file.getFileName()), file));
        }
        return files;
    }

    private String digest(Path file) throws IOException {
        long bytes = Files.size(file);
        long changedNanos = Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
        String key = file.toRealPath().toString();
        Entry entry = known.get(key);
        if (entry == null || entry.bytes != bytes || entry.changedNanos != changedNanos) {
            entry = new Entry(bytes, changedNanos, Sha256.of(file));
            known.put(key, entry);
            changed = true;
        }
        return entry.sha256;
    }

    private void store() {
        try {
            Files.createDirectories(cache.getParent());
            Path fresh = Files.createTempFile(cache.getParent(), "digests", ".json");
            Files.writeString(fresh, Json.compact(known));
            Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Without the cache the files are only hashed again.
        }
    }
}
