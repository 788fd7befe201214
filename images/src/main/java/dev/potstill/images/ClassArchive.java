package dev.potstill.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The operator's classes as Java has them in memory once they are loaded: a start maps them, where it would read, verify and link
 * one after the other.
 */
final class ClassArchive {
    /** Java's option that names the archive; where it does not fit its Java or its jars, Java goes on without. */
    static final String USE = "-XX:SharedArchiveFile=";
    /**
     * Interpreted, and with room for all that it makes: what is compiled or collected meanwhile, by threads of their own, would leave
     * its traces in the archive, other ones each time.
     */
    private static final List<String> FLAGS = List.of(
            "-Xshare:dump",
            "-XX:+UseSerialGC",
            "-Xint",
            "-Xms512m",
            "-Xmx512m",
            "-Xmn400m",
            "-XX:MetaspaceSize=400m",
            "-Xlog:disable",
            "-Xlog:all=error:stderr");
    /** The folder it is made in, by a path that is the same everywhere: the archive holds it. In the image its jars are elsewhere. */
    private static final String HERE = "/proc/self/cwd/";

    private ClassArchive() {}

    /**
     * @param app the packed operator
     * @param names of the classes to hold, one a line
     * @param folder where the archive is made
     */
    static Path dump(JavaRuntime java, Path app, Path names, Path folder) throws IOException, InterruptedException {
        Path copy = copied(app, Files.createDirectories(Fresh.place(folder)).resolve("app"));
        // It replaces the archive that every Java has, so it holds what that one does.
        Path all = folder.resolve("names");
        Files.write(all, Files.readAllLines(java.folder().resolve("lib/classlist")));
        Files.write(all, Files.readAllLines(names), StandardOpenOption.APPEND);
        Path archive = folder.resolve("classes.jsa");
        var command = Stream.of(
                        Stream.of(java.folder().resolve("bin/java").toString()),
                        FLAGS.stream(),
                        Stream.of("-XX:SharedClassListFile=" + all, USE + archive, "-cp", HERE + "quarkus-run.jar"))
                .flatMap(part -> part)
                .toList();
        int code = new ProcessBuilder(command)
                .directory(copy.toFile())
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0 || !Files.exists(archive)) {
            throw new IOException(String.join(" ", command) + " ended with " + code);
        }
        return archive;
    }

    /** Of the time that files have in an image: Java takes the archive with the very jars it was made of only. */
    static Path copied(Path app, Path copy) throws IOException {
        try (Stream<Path> below = Files.walk(app)) {
            for (Path path : below.sorted().toList()) {
                Path place = copy.resolve(app.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(place);
                } else {
                    Files.copy(path, place);
                    Files.setLastModifiedTime(place, FileTime.from(Instant.EPOCH));
                }
            }
        }
        return copy;
    }
}
