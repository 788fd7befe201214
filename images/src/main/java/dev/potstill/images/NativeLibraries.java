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

    /** Those of DuckDB and zstd for machines that the image is not for; these libraries unpack their own into /tmp when they start. */
    private static final Pattern OF_OTHERS =
            Pattern.compile("libduckdb_java\\.so_(?!linux_amd64$).*|(?!linux/amd64/)\\w+/\\w+/libzstd-jni-.*");

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

    /** The jar as an image holds it: DJL's without its libraries, another's without those of other machines. */
    static Path trimmed(Path jar, Path copies) throws IOException {
        Pattern spare = jar.toString().contains("ai/djl/") ? NATIVE : OF_OTHERS;
        try (var zip = new ZipFile(jar.toFile())) {
            return zip.stream().anyMatch(entry -> spare.matcher(entry.getName()).matches())
                    ? without(spare, jar, copies)
                    : jar;
        }
    }

    private static Path without(Pattern spare, Path jar, Path copies) throws IOException {
        Path copy = Files.createDirectories(copies).resolve(jar.getFileName());
        try (var from = new ZipFile(jar.toFile());
                OutputStream out = Files.newOutputStream(copy);
                var to = new ZipOutputStream(out)) {
            for (Enumeration<? extends ZipEntry> entries = from.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (!entry.isDirectory() && !spare.matcher(entry.getName()).matches()) {
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
