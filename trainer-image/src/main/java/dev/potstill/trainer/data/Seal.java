package dev.potstill.trainer.data;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The digests of a finished step's files, beside them: a later attempt that finds other content must not go on from it. */
final class Seal {
    private static final String FILE = "digests.json";

    private Seal() {}

    static void put(Path folder) {
        try (JsonLines out = JsonLines.write(folder.resolve(FILE))) {
            out.add(digests(folder));
        }
    }

    static void check(Path folder) {
        Map<String, String> found = digests(folder);
        Map<String, String> written = written(folder.resolve(FILE));
        var names = new TreeSet<>(written.keySet());
        names.removeIf(name -> Objects.equals(written.get(name), found.get(name)));
        if (!names.isEmpty()) {
            throw new Problem(
                    ExitCode.STORAGE,
                    "%s: found other content than was written there, expected the same; has the disk a fault? Delete the folder %s to have it made again"
                            .formatted(folder.resolve(names.first()), folder));
        }
    }

    private static Map<String, String> written(Path file) {
        try {
            return Json.mapper().readValue(Files.readString(file), new TypeReference<TreeMap<String, String>>() {});
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    private static Map<String, String> digests(Path folder) {
        var digests = new TreeMap<String, String>();
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files = all.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(FILE))
                    .toList();
            for (Path file : files) {
                digests.put(String.valueOf(file.getFileName()), Sha256.of(file));
            }
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
        return digests;
    }
}
