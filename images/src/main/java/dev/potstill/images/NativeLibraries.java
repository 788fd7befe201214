package dev.potstill.images;

import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * libtorch and the tokenizers' library, which DJL's jars hold packed and DJL unpacks into a cache when it first starts. An image
 * holds them unpacked, where DJL looks before it unpacks anything, and the jars without them.
 */
record NativeLibraries(Path folder) {
    private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|dylib|jnilib)(\\.\\d+)*(\\.gz)?");

    /** Has DJL do it, once per process. */
    static NativeLibraries unpack(Path folder) throws IOException {
        Fresh.place(folder);
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("DJL_CACHE_DIR", folder.toString());
        System.setProperty("ENGINE_CACHE_DIR", folder.toString());
        Engine.getEngine("PyTorch");
        LibUtils.checkStatus();
        return new NativeLibraries(folder);
    }

    List<Path> files() throws IOException {
        try (Stream<Path> below = Files.walk(folder)) {
            return below.filter(path -> path.toString().contains(".so"))
                    .sorted()
                    .toList();
        }
    }

    static boolean areIn(Path jar) throws IOException {
        try (var zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .anyMatch(entry -> NATIVE.matcher(entry.getName()).matches());
        }
    }

    /** A copy of the jar with all that is not native. */
    static Path without(Path jar, Path copies) throws IOException {
        Path copy = Files.createDirectories(copies).resolve(jar.getFileName());
        try (var from = new ZipFile(jar.toFile());
                OutputStream out = Files.newOutputStream(copy);
                var to = new ZipOutputStream(out)) {
            for (Enumeration<? extends ZipEntry> entries = from.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (!entry.isDirectory() && !NATIVE.matcher(entry.getName()).matches()) {
                    var kept = new ZipEntry(entry.getName());
                    // The earliest time a zip can tell, in no time zone.
                    kept.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
                    to.putNextEntry(kept);
                    from.getInputStream(entry).transferTo(to);
                    to.closeEntry();
                }
            }
        }
        return copy;
    }
}
