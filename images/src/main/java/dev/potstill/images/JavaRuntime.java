package dev.potstill.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Java of the modules that the operator and the trainer use: they share it, so that a node keeps it once. */
record JavaRuntime(Path folder) {
    /** Where it is in an image. */
    static final String HOME = "/opt/java";

    static final String COMMAND = HOME + "/bin/java";

    /** Of the standard modules those without windows, compilers and remote objects; libraries are not modules, so nothing can list them. */
    private static final List<String> MODULES = List.of(
            "java.base",
            "java.instrument",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.security.jgss",
            "java.security.sasl",
            "java.sql",
            "java.transaction.xa",
            "java.xml",
            "jdk.crypto.cryptoki",
            "jdk.httpserver",
            "jdk.jfr",
            "jdk.management",
            "jdk.net",
            "jdk.unsupported",
            "jdk.zipfs");

    /** As a process of its own: a second jlink in one process orders its files differently. */
    static JavaRuntime link(Path folder) throws IOException, InterruptedException {
        Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        int code = new ProcessBuilder(
                        jlink.toString(),
                        "--add-modules",
                        String.join(",", MODULES),
                        "--strip-debug",
                        "--no-header-files",
                        "--no-man-pages",
                        "--generate-cds-archive",
                        "--output",
                        Fresh.place(folder).toString())
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException(jlink + " ended with " + code);
        }
        return new JavaRuntime(folder);
    }

    /** Its programs and libraries: what asks for the C library. */
    List<Path> binaries() throws IOException {
        var found = new ArrayList<>(List.of(folder.resolve("bin/java")));
        try (Stream<Path> below = Files.walk(folder.resolve("lib"))) {
            below.filter(path -> path.toString().endsWith(".so")).sorted().forEach(found::add);
        }
        return found;
    }
}
