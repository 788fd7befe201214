package dev.potstill.trainer.data;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.potstill.contract.Disk;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** A finished step of the work: a folder that is there whole or not at all, and what was counted on the way. */
public record Phase(Path folder, Tally tally) {
    private static final String TALLY = "tally.json";

    /** Has {@code work} fill the folder; whoever calls this is the only one to. */
    static void make(Path folder, Function<Path, Tally> work) {
        Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
        try {
            Disk.delete(unfinished);
            Files.createDirectories(unfinished);
            Tally tally = work.apply(unfinished);
            try (JsonLines out = JsonLines.write(unfinished.resolve(TALLY))) {
                out.add(tally.counts());
            }
            Disk.move(unfinished, folder);
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    /** One that is finished. */
    static Phase finished(Path folder) {
        try {
            return new Phase(folder, tally(folder.resolve(TALLY)));
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    /** What was counted, by name. */
    public Map<String, Long> counts() {
        return tally.counts();
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
