package dev.potstill.images;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The operator as Quarkus packs it. */
final class OperatorImage {
    private static final String ARCHIVE = "/app/classes.jsa";

    private OperatorImage() {}

    /** @param work where its class archive is made */
    static Image of(Path home, JavaRuntime java, Path work) throws Exception {
        Path app = home.resolve("operator/target/quarkus-app");
        Path archive = ClassArchive.dump(java, app, home.resolve("operator/classes.txt"), work);
        return new Image(
                "localhost/potstill-operator:" + Version.of(home),
                List.of(
                        Base.under(java.binaries()),
                        new Layer("java").below(java.folder(), JavaRuntime.HOME),
                        new Layer("libraries").below(app.resolve("lib"), "/app/lib"),
                        new Layer("app")
                                .file(app.resolve("quarkus-run.jar"), "/app/quarkus-run.jar")
                                .below(app.resolve("app"), "/app/app")
                                .below(app.resolve("quarkus"), "/app/quarkus"),
                        new Layer("classes").file(archive, ARCHIVE)),
                List.of(
                        JavaRuntime.COMMAND,
                        ClassArchive.USE + ARCHIVE,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        // As much as it fills: it collects all of its garbage whenever it gets past a limit of either.
                        "-XX:MetaspaceSize=96m",
                        "-XX:ReservedCodeCacheSize=128m",
                        "-XX:MaxRAMPercentage=60",
                        "-Dquarkus.http.host=0.0.0.0",
                        "-jar",
                        "/app/quarkus-run.jar"),
                Map.of("LANG", "C.UTF-8"),
                8080);
    }
}
