package dev.potstill.trainer.data;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.potstill.contract.Disk;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.function.Function;

/** A finished step of the work: a folder that is there whole or not at all, and what was counted on the way. */
public record Phase(Path folder, Tally tally) {
    private static final String TALLY = "tally.json";

    /** What an earlier attempt finished, or else what {@code work} writes into the folder it is given. */
    static Phase once(Path partial, String name, Function<Path, Tally> work) {
        Path done = partial.resolve(name);
        try {
            if (!Files.exists(done)) {
                Path unfinished = partial.resolve(name + ".unfinished");
                Disk.delete(unfinished);
                Files.createDirectories(unfinished);
                Tally tally = work.apply(unfinished);
                try (JsonLines out = JsonLines.write(unfinished.resolve(TALLY))) {
                    out.add(tally.counts());
                }
                Disk.move(unfinished, done);
            }
            return new Phase(done, tally(done.resolve(TALLY)));
        } catch (IOException e) {
            throw Problem.storage(done, e);
        }
    }

    /** Whether an earlier attempt finished it. */
    static boolean isDone(Path partial, String name) {
        return Files.exists(partial.resolve(name));
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
