package dev.potstill.trainer.signals;

import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import dev.potstill.trainer.run.Program;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What of the trainer a signal depends on: the classes that read weights and compute with them, and that ask servers. They name the
 * libtorch they go with. A trainer that differs elsewhere reads the same signals.
 */
public final class Arithmetic {
    private static final Pattern CLASSES = Pattern.compile(
            "(ai/djl/pytorch/jni/[^/]+"
                    + "|dev/potstill/trainer/((engine|model|weights|signals|endpoint)/[^/]+|response/FrozenLayers|loss/(Said|Listed))(\\$[^/]+)?)\\.class");

    private Arithmetic() {}

    /** Digest of those classes as they are loaded. */
    public static String version() {
        Path from = Program.loadedFrom();
        try {
            return Sha256.of(Files.isDirectory(from) ? inFolder(from) : inJar(from));
        } catch (IOException e) {
            throw Problem.storage(from, e);
        }
    }

    private static SortedMap<String, String> inFolder(Path folder) throws IOException {
        SortedMap<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = folder.relativize(file).toString().replace('\\', '/');
                if (CLASSES.matcher(name).matches()) {
                    digests.put(name, Sha256.of(file));
                }
            }
        }
        return digests;
    }

    private static SortedMap<String, String> inJar(Path jar) throws IOException {
        SortedMap<String, String> digests = new TreeMap<>();
        try (JarFile opened = new JarFile(jar.toFile())) {
            for (JarEntry entry : (Iterable<JarEntry>) opened.stream()::iterator) {
                if (CLASSES.matcher(entry.getName()).matches()) {
                    try (InputStream content = opened.getInputStream(entry)) {
                        digests.put(entry.getName(), Sha256.of(MemorySegment.ofArray(content.readAllBytes())));
                    }
                }
            }
        }
        return digests;
    }
}
