package dev.potstill.trainer;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/** Benchmark data and golden numbers beside the repository: tests that read them are skipped where they are not, but not in CI. */
public final class Shared {
    private Shared() {}

    /** The folder of this name in {@code ../shared}, or where POTSTILL_SHARED says. */
    public static Path folder(String name) {
        String set = System.getenv("POTSTILL_SHARED");
        if (set != null) {
            return required(Path.of(set), name);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path shared = at.resolve("shared");
            if (Files.isDirectory(shared.resolve("golden"))) {
                return required(shared, name);
            }
        }
        return required(Path.of("../shared"), name);
    }

    private static Path required(Path shared, String name) {
        Path folder = shared.resolve(name);
        if (Files.exists(folder)) {
            return folder;
        }
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            throw new AssertionError(folder + " is not there, and CI must not skip the tests that read it");
        }
        return abort("skipped: " + folder + " is not there");
    }
}
