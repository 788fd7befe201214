package dev.potstill.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/** SHA-256 as lower-case hex. */
public final class Sha256 {
    private static final int BUFFER_BYTES = 1 << 20;

    private Sha256() {}

    public static String of(String text) {
        return hex(fresh().digest(text.getBytes(UTF_8)));
    }

    public static String of(Path file) throws IOException {
        return of(file, bytes -> {});
    }

    /** @param read told of each piece how many bytes it has */
    static String of(Path file, IntConsumer read) throws IOException {
        var digest = fresh();
        var buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                read.accept(n);
            }
        }
        return hex(digest.digest());
    }

    /** Of memory of any size. */
    public static String of(MemorySegment bytes) {
        var digest = fresh();
        for (long at = 0; at < bytes.byteSize(); at += BUFFER_BYTES) {
            digest.update(bytes.asSlice(at, Math.min(BUFFER_BYTES, bytes.byteSize() - at))
                    .asByteBuffer());
        }
        return hex(digest.digest());
    }

    /** One digest of many named ones, in the order of their names. */
    public static String of(SortedMap<String, String> digestsByName) {
        var lines = new StringBuilder();
        digestsByName.forEach(
                (name, digest) -> lines.append(name).append('\0').append(digest).append('\n'));
        return of(lines.toString());
    }

    /** Regular files below a folder by their name relative to it, with forward slashes. */
    static SortedMap<String, Path> filesBelow(Path folder) throws IOException {
        var files = new TreeMap<String, Path>();
        try (var paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            paths.filter(Files::isRegularFile)
                    .forEach(
                            path -> files.put(folder.relativize(path).toString().replace('\\', '/'), path));
        }
        return files;
    }

    public static String ofFolder(Path folder) throws IOException {
        var digests = new TreeMap<String, String>();
        for (Map.Entry<String, Path> file : filesBelow(folder).entrySet()) {
            digests.put(file.getKey(), of(file.getValue()));
        }
        return of(digests);
    }

    private static MessageDigest fresh() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
