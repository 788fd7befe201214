package dev.potstill.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The trainer's version: what it is made of. Every input digest holds it, so that a changed trainer runs its stages again. */
public final class TrainerVersion {
    private TrainerVersion() {}

    /** The digest of the trainer's jar, whose manifest names the libraries that compute, or of its folder of classes. */
    public static String of(Path jarOrClassesFolder) {
        try {
            return Files.isDirectory(jarOrClassesFolder)
                    ? Sha256.ofFolder(jarOrClassesFolder)
                    : Sha256.of(jarOrClassesFolder);
        } catch (IOException e) {
            throw new Problem(
                    ExitCode.STORAGE, "The trainer %s cannot be read: build it again".formatted(jarOrClassesFolder), e);
        }
    }
}
