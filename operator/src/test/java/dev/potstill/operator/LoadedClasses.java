package dev.potstill.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The classes that the packed operator loads, which its image holds ready to use: {@code operator/classes.txt}, written by
 *
 * <pre>
 * rm -rf operator/target/quarkus-app
 * mvn -pl operator -am integration-test -Dtest=ManyTest -Dsurefire.failIfNoSpecifiedTests=false -Dpotstill.write-classes=true
 * </pre>
 */
final class LoadedClasses {
    private static final boolean WRITE = Boolean.getBoolean("potstill.write-classes");
    private static final Path LOADED = Path.of("target/loaded-classes");
    private static final Path LIST = Path.of("classes.txt");

    private LoadedClasses() {}

    /** Have Java tell them, none of them from an archive. */
    static Stream<String> flags() {
        return WRITE ? Stream.of("-Xshare:off", "-XX:DumpLoadedClassList=" + LOADED) : Stream.empty();
    }

    /** Once the operator has ended. */
    static void write() {
        if (!WRITE) {
            return;
        }
        try {
            // Java's own notes begin with # and @, and a name's number follows it.
            List<String> names = Files.readAllLines(LOADED).stream()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("@"))
                    .map(line -> line.split(" ", 2)[0])
                    .sorted()
                    .distinct()
                    .toList();
            Files.write(LIST, names);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
