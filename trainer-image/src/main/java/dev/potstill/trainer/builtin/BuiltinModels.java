package dev.potstill.trainer.builtin;

import dev.potstill.contract.Disk;
import dev.potstill.contract.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Models that ship inside the trainer: {@code builtin://NAME}. */
public final class BuiltinModels {
    private static final String SCHEME = "builtin://";
    private static final List<String> NAMES = List.of("word-problem-teacher");
    private static final List<String> FILES = List.of(
            "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "generation_config.json");

    private BuiltinModels() {}

    /** The model's folder, unpacked below {@code cache}. */
    public static Path unpack(String uri, Path cache) {
        String name = uri.substring(SCHEME.length());
        if (!NAMES.contains(name)) {
            throw dev.potstill.contract.Problem.rejected(
                    "model " + uri + ": there is no such builtin model; expected one of "
                            + NAMES.stream().map(known -> SCHEME + known).toList());
        }
        Path folder = cache.resolve("builtin").resolve(name);
        try {
            for (String file : FILES) {
                write(name + "/" + file, folder.resolve(file));
            }
        } catch (IOException e) {
            throw new dev.potstill.contract.Problem(
                    ExitCode.STORAGE, folder + ": cannot be written (" + e.getMessage() + ")", e);
        }
        return folder;
    }

    /** Under another name first, and not where it is there already; a cache may hold an older trainer's files. */
    private static void write(String resource, Path to) throws IOException {
        try (InputStream content =
                BuiltinModels.class.getResourceAsStream("/dev/potstill/trainer/builtin/" + resource)) {
            if (content == null) {
                throw new IOException("the trainer lacks its own " + resource);
            }
            byte[] bytes = content.readAllBytes();
            if (holds(to, bytes)) {
                return;
            }
            Files.createDirectories(to.getParent());
            Path fresh = Files.createTempFile(to.getParent(), "unpack", ".tmp");
            Files.write(fresh, bytes);
            Disk.move(fresh, to);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system cannot rename atomically", e);
        }
    }

    private static boolean holds(Path file, byte[] bytes) throws IOException {
        return Files.isRegularFile(file)
                && Files.size(file) == bytes.length
                && Arrays.equals(Files.readAllBytes(file), bytes);
    }
}
