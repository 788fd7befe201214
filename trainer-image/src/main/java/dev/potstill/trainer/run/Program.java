package dev.potstill.trainer.run;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** The trainer's own code. */
public final class Program {
    private Program() {}

    /** The jar or folder of classes that this very class was loaded from. */
    public static Path loadedFrom() {
        try {
            return Path.of(Program.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
