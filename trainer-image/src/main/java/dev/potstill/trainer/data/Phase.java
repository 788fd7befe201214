package dev.potstill.trainer.data;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.potstill.contract.Disk;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.parts.Parts;
import dev.potstill.trainer.parts.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Function;

/** A finished step of the work: a folder that is there whole or not at all, and what was counted on the way. */
public record Phase(Path folder, Tally tally) {
    private static final String TALLY = "tally.json";

    /**
     * What an earlier attempt or another trainer finished, or else what {@code work} writes into the folder it is given; of several
     * trainers one does the work and the others wait.
     */
    static Phase once(Path partial, String name, Worker worker, Function<Path, Tally> work) {
        Path done = partial.resolve(name);
        Parts.once(done, worker, () -> make(done, work));
        return read(done);
    }

    /** What was finished, if it was. */
    static Optional<Phase> find(Path partial, String name) {
        Path done = partial.resolve(name);
        return Files.exists(done) ? Optional.of(read(done)) : Optional.empty();
    }

    private static void make(Path done, Function<Path, Tally> work) {
        Path unfinished = done.resolveSibling(done.getFileName() + ".unfinished");
        try {
            Disk.delete(unfinished);
            Files.createDirectories(unfinished);
            Tally tally = work.apply(unfinished);
            try (JsonLines out = JsonLines.write(unfinished.resolve(TALLY))) {
                out.add(tally.counts());
            }
            Disk.move(unfinished, done);
        } catch (IOException e) {
            throw Problem.storage(done, e);
        }
    }

    private static Phase read(Path done) {
        try {
            return new Phase(done, tally(done.resolve(TALLY)));
        } catch (IOException e) {
            throw Problem.storage(done, e);
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    private static Tally tally(Path file) throws IOException {
        var tally = new Tally();
        Json.mapper()
                .readValue(Files.readString(file), new TypeReference<LinkedHashMap<String, Long>>() {})
                .forEach(tally::add);
        return tally;
    }
}
