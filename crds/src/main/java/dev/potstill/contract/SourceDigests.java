package dev.potstill.contract;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Content digests of the models, data and suites that a stage reads. A {@code file://} is hashed once: the cache knows it again by its
 * path and its {@link FileState}. Of a folder of data those files count that are read. What is fetched has the digest that its pin says. Any other URI stands for itself: {@code builtin://}
 * ships with the trainer, whose version every input digest holds, and a location that is not looked up yet has made nothing.
 */
public final class SourceDigests {
    private static final String FILE = "file://";
    private static final Pattern SOURCE = Pattern.compile("data\\.sources\\[(\\d+)\\]\\.uri");

    private final Path cache;
    private final Pins pins;
    private final Map<String, Entry> known;
    private final Consumer<String> progress;
    private boolean changed;

    /** @param state none in a file that an earlier version wrote */
    private record Entry(@Nullable FileState state, String sha256) {}

    private SourceDigests(Path cache, Pins pins, Map<String, Entry> known, Consumer<String> progress) {
        this.cache = cache;
        this.pins = pins;
        this.known = known;
        this.progress = progress;
    }

    /** @param progress told how far hashing is, where it takes a while */
    public static SourceDigests cachedIn(WorkspaceLayout workspace, Pins pins, Consumer<String> progress) {
        Path cache = workspace.cache().resolve("digests.json");
        try {
            return new SourceDigests(
                    cache,
                    pins,
                    Files.exists(cache)
                            ? Json.mapper()
                                    .readValue(Files.readString(cache), new TypeReference<TreeMap<String, Entry>>() {})
                            : new TreeMap<>(),
                    progress);
        } catch (IOException e) {
            // A cache that cannot be read is an empty one.
            return new SourceDigests(cache, pins, new TreeMap<>(), progress);
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
                return digests(List.of(path)).values().iterator().next();
            }
            Map<String, Path> files = forms.isEmpty() ? Sha256.filesBelow(path) : files(path, forms);
            Map<Path, String> digests = digests(files.values());
            var byName = new TreeMap<String, String>();
            files.forEach((name, file) -> byName.put(name, digests.get(file)));
            return Sha256.of(byName);
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

    private Map<Path, String> digests(Collection<Path> files) throws IOException {
        var digests = new HashMap<Path, String>();
        var states = new HashMap<Path, FileState>();
        var unknown = new HashMap<Path, Long>();
        for (Path file : files) {
            FileState state = FileState.of(file);
            Entry entry = known.get(key(file));
            if (entry != null && state.equals(entry.state)) {
                digests.put(file, entry.sha256);
            } else {
                states.put(file, state);
                unknown.put(file, state.bytes());
            }
        }
        for (var hashed : Hashing.of(unknown, progress, System::nanoTime).entrySet()) {
            Path file = hashed.getKey();
            known.put(key(file), new Entry(states.get(file), hashed.getValue()));
            digests.put(file, hashed.getValue());
            changed = true;
        }
        return digests;
    }

    private static String key(Path file) throws IOException {
        return file.toRealPath().toString();
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
