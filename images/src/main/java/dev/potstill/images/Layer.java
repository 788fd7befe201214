package dev.potstill.images;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Files of an image that change together. All are root's, readable by all, and of one time, so that the same files make the same bytes. */
final class Layer {
    private static final FilePermissions FILE = FilePermissions.fromOctalString("644");
    private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");

    private final FileEntriesLayer.Builder entries;

    Layer(String name) {
        entries = FileEntriesLayer.builder().setName(name);
    }

    Layer file(Path file, String at) {
        return add(file, at, FILE);
    }

    Layer program(Path file, String at) {
        return add(file, at, PROGRAM);
    }

    Layer folder(String at) throws IOException {
        return add(Files.createTempDirectory("empty"), at, PROGRAM);
    }

    /** Everything below a folder; what can be started here can be started there. */
    Layer below(Path folder, String at) throws IOException {
        try (Stream<Path> below = Files.walk(folder)) {
            for (Path path : below.sorted().toList()) {
                String name = path.equals(folder) ? at : at + "/" + folder.relativize(path);
                add(path, name, Files.isExecutable(path) ? PROGRAM : FILE);
            }
        }
        return this;
    }

    Layer files(List<Path> files, String at) {
        files.forEach(file -> file(file, at + "/" + file.getFileName()));
        return this;
    }

    FileEntriesLayer sealed() {
        return entries.build();
    }

    private Layer add(Path file, String at, FilePermissions permissions) {
        entries.addEntry(file, AbsoluteUnixPath.get(at), permissions, Instant.EPOCH);
        return this;
    }
}
