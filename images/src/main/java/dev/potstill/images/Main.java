package dev.potstill.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes both images: {@code Main HOME FOLDER}, the project's folder and where the archives and what they are made of go. */
public final class Main {
    private static final double MEBIBYTE = 1024 * 1024;

    private Main() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            System.err.println(
                    "found " + args.length + " arguments, expected the project's folder and one for the images");
            System.exit(64);
        }
        Path home = Path.of(args[0]).toAbsolutePath();
        Path out = Files.createDirectories(Path.of(args[1])).toAbsolutePath();
        var java = JavaRuntime.link(out.resolve("java"));
        tell(OperatorImage.of(home, java, out.resolve("classes")), out.resolve("operator.tar"));
        var natives = NativeLibraries.unpack(out.resolve("native"));
        tell(TrainerImage.of(home, java, natives, out.resolve("jars")), out.resolve("trainer.tar"));
        // Jib leaves threads behind.
        System.exit(0);
    }

    private static void tell(Image image, Path archive) throws Exception {
        String digest = image.write(archive);
        System.out.printf("%s  %.0f MiB  %s  %s%n", image.name(), size(archive), digest, archive);
    }

    private static double size(Path archive) throws IOException {
        return Files.size(archive) / MEBIBYTE;
    }
}
