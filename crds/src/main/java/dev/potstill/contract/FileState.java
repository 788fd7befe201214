package dev.potstill.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What a file is known again by without being read.
 *
 * @param modifiedNanos can be set to anything, and is by {@code cp -p}, {@code rsync -t}, {@code tar} and the layers of images
 * @param status the time of the last change of its content or its attributes, which only the operating system sets, and its inode;
 *     empty where the file system has neither
 */
record FileState(long bytes, long modifiedNanos, String status) {
    private static final String UNIX = "unix";

    static FileState of(Path file) throws IOException {
        var basic = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileState(basic.size(), basic.lastModifiedTime().to(TimeUnit.NANOSECONDS), status(file));
    }

    private static String status(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains(UNIX)) {
            return "";
        }
        var unix = Files.readAttributes(file, UNIX + ":ctime,ino");
        return "%s %s".formatted(unix.get("ctime"), unix.get("ino"));
    }
}
