package dev.potstill.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Path APP = HOME.resolve("operator/target/quarkus-app");
    private static final double MOST = 0.97;

    @TempDir
    Path folder;

    /** From a folder other than the one the archive was made in, as in the image; there is no cluster, so that it ends by itself. */
    @Test
    void aStartOfTheOperatorFindsItsClassesInTheArchive() throws Exception {
        assumeTrue(Files.exists(APP), "skipped: the operator is not packed (mvn package)");
        var java = JavaRuntime.link(folder.resolve("java"));
        Path archive = ClassArchive.dump(java, APP, HOME.resolve("operator/classes.txt"), folder.resolve("made"));
        Path elsewhere = ClassArchive.copied(APP, folder.resolve("elsewhere"));
        Path loaded = folder.resolve("loaded");
        var builder = new ProcessBuilder(
                java.folder().resolve("bin/java").toString(),
                "-Xshare:on",
                "-XX:+UseSerialGC",
                ClassArchive.USE + archive,
                "-Xlog:class+load:file=" + loaded,
                "-Dquarkus.http.port=0",
                "-jar",
                elsewhere.resolve("quarkus-run.jar").toString());
        builder.environment().put("KUBECONFIG", "");
        builder.environment().put("KUBERNETES_MASTER", "https://127.0.0.1:1");
        builder.environment().put("POTSTILL_LEASE_NAMESPACE", "default");
        Path log = folder.resolve("log");
        Process operator =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            assertThat(operator.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            operator.destroyForcibly();
        }
        assertThat(log).content().contains("Starting operator");

        List<String> lines = Files.readAllLines(loaded);
        long shared = lines.stream()
                .filter(line -> line.contains("source: shared objects file"))
                .count();
        List<String> read = lines.stream()
                .filter(line -> line.contains("source: file:") || line.contains("source: jrt:"))
                .toList();
        assertThat((double) shared / (shared + read.size()))
                .as(
                        "the operator's classes have changed much: write operator/classes.txt anew, as LoadedClasses says. Read: %s",
                        read)
                .isGreaterThan(MOST);
    }
}
