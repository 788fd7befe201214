package dev.potstill.images;

import dev.potstill.contract.TrainerJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The trainer, with libtorch for processors. Its arguments are the stage and the trainer's options. */
final class TrainerImage {
    private static final String NATIVE = "/opt/native";

    private TrainerImage() {}

    /** @param copies where jars without their native libraries go */
    static Image of(Path home, JavaRuntime java, NativeLibraries natives, Path copies) throws Exception {
        Path target = home.resolve("trainer-image/target");
        var binaries = new ArrayList<>(java.binaries());
        binaries.addAll(natives.files());
        List<Path> libraries = libraries(target, copies);
        return new Image(
                "localhost/potstill-trainer:" + Version.of(home),
                List.of(
                        Base.under(binaries),
                        new Layer("java").below(java.folder(), JavaRuntime.HOME),
                        new Layer("native").below(natives.folder(), NATIVE),
                        new Layer("libraries").files(libraries, "/app/lib"),
                        new Layer("app").file(jar(target), "/app/" + jar(target).getFileName())),
                command(jar(target), libraries),
                Map.of("LANG", "C.UTF-8", "DJL_CACHE_DIR", NATIVE, "ENGINE_CACHE_DIR", NATIVE),
                9400);
    }

    private static List<String> command(Path jar, List<Path> libraries) {
        var classpath = new ArrayList<>(List.of("/app/" + jar.getFileName()));
        libraries.forEach(library -> classpath.add("/app/lib/" + library.getFileName()));
        var command = new ArrayList<>(List.of(JavaRuntime.COMMAND));
        command.addAll(TrainerJvm.FLAGS);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classpath), "dev.potstill.trainer.Main"));
        return command;
    }

    private static Path jar(Path target) throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().matches("potstill-trainer-[\\d.]+\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no trainer in " + target + ": build it"));
        }
    }

    private static List<Path> libraries(Path target, Path copies) throws IOException {
        var libraries = new ArrayList<Path>();
        for (String name : Files.readString(target.resolve("classpath")).strip().split(File.pathSeparator)) {
            libraries.add(NativeLibraries.trimmed(Path.of(name), copies));
        }
        return libraries;
    }
}
