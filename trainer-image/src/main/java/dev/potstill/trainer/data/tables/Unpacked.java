package dev.potstill.trainer.data.tables;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The library of the embedded database, which unpacks it into the folder of temporary files and deletes it when Java ends well. A trainer
 * that is stopped or killed does not, and each would leave 60 MB behind.
 */
final class Unpacked {
    private static final Path MAPPED = Path.of("/proc/self/maps");

    private static final String NAME = "libduckdb_java";

    private Unpacked() {}

    /** Once it is loaded its file is not looked at again. Where the system does not tell which files are, it stays. */
    static void letGo() {
        if (Files.notExists(MAPPED)) {
            return;
        }
        try (Stream<String> lines = Files.lines(MAPPED)) {
            for (String file : lines.filter(line -> line.contains("/"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .filter(file -> Path.of(file).getFileName().toString().startsWith(NAME))
                    .distinct()
                    .toList()) {
                Files.deleteIfExists(Path.of(file));
            }
        } catch (IOException e) {
            // It stays until Java ends.
        }
    }
}
