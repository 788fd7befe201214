package dev.potstill.images;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The operator as Quarkus packs it. */
final class OperatorImage {
    private OperatorImage() {}

    static Image of(Path home, JavaRuntime java) throws Exception {
        Path app = home.resolve("operator/target/quarkus-app");
        return new Image(
                "localhost/potstill-operator:" + Version.of(home),
                List.of(
                        Base.under(java.binaries()),
                        new Layer("java").below(java.folder(), JavaRuntime.HOME),
                        new Layer("libraries").below(app.resolve("lib"), "/app/lib"),
                        new Layer("app")
                                .file(app.resolve("quarkus-run.jar"), "/app/quarkus-run.jar")
                                .below(app.resolve("app"), "/app/app")
                                .below(app.resolve("quarkus"), "/app/quarkus")),
                List.of(
                        JavaRuntime.COMMAND,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:MaxRAMPercentage=60",
                        "-Dquarkus.http.host=0.0.0.0",
                        "-jar",
                        "/app/quarkus-run.jar"),
                Map.of("LANG", "C.UTF-8"),
                8080);
    }
}
