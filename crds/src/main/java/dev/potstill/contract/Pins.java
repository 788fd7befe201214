package dev.potstill.contract;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a run's remote locations were when it first looked them up, by location. They are kept in the workspace, a file a run: a
 * branch that moves, or an object that is written anew, must not become another's half-way. Without the file they are looked up again.
 */
public final class Pins {
    private static final String LOCK = "pins";

    private final Map<String, Pin> byLocation;

    private Pins(Map<String, Pin> byLocation) {
        this.byLocation = new TreeMap<>(byLocation);
    }

    /** Of a run that reads nothing remote, or has not begun. */
    public static Pins none() {
        return new Pins(Map.of());
    }

    /** @throws Problem where the file is there and cannot be read: nothing else says what the run began with */
    public static Pins read(WorkspaceLayout workspace, String run) {
        Path file = workspace.pins(run);
        try {
            return Files.exists(file)
                    ? new Pins(Json.mapper()
                            .readValue(Files.readString(file), new TypeReference<TreeMap<String, Pin>>() {}))
                    : none();
        } catch (IOException e) {
            throw new Problem(
                    ExitCode.STORAGE,
                    "%s: cannot be read (%s). Delete it, and the run's locations are looked up again"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    public Optional<Pin> of(String location) {
        return Optional.ofNullable(byLocation.get(location));
    }

    /** Adds to a run's pins. Where several trainers of it look a location up at once, what the first one found holds. */
    public static Pins add(WorkspaceLayout workspace, String run, Map<String, Pin> found) {
        Path file = workspace.pins(run);
        try (var lock = WorkspaceLock.await(workspace, LOCK)) {
            var all = new TreeMap<>(found);
            read(workspace, run)
                    .byLocation
                    .forEach((location, first) -> all.merge(
                            location, first, (ours, there) -> ours.purpose().equals(there.purpose()) ? there : ours));
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Disk.write(file, Json.pretty(all));
            return new Pins(all);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }
}
