package dev.potstill.trainer.fetch;

import dev.potstill.contract.Disk;
import dev.potstill.contract.HubPath;
import dev.potstill.contract.Json;
import dev.potstill.contract.Pin;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** What locations were when they were last looked up, by any run: for a Hub that is not to be asked, and commits, which never change. */
record Lookups(Path cache) {

    Optional<Pin> of(Wanted wanted) {
        Path file = file(wanted);
        try {
            return Files.exists(file)
                    ? Optional.of(Json.read(file, Pin.class))
                            .filter(pin -> pin.location().equals(wanted.location()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // it is looked up again
        }
    }

    /** A commit is what it was. */
    Optional<Pin> ofCommit(Wanted wanted) {
        return HubPath.of(wanted.location()).filter(HubPath::isFixed).flatMap(fixed -> of(wanted));
    }

    void keep(Wanted wanted, Pin pin) {
        Path file = file(wanted);
        try {
            Path folder = Objects.requireNonNull(file.getParent());
            Files.createDirectories(folder);
            Path fresh = Files.createTempFile(folder, "lookup", ".tmp");
            Files.writeString(fresh, Json.pretty(pin));
            Disk.move(fresh, file);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    private Path file(Wanted wanted) {
        return cache.resolve("lookups").resolve(Sha256.of(wanted.reading() + "\n" + wanted.location()) + ".json");
    }
}
