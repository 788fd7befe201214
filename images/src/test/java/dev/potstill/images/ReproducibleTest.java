package dev.potstill.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same build makes the same images: each is made twice, with nothing kept from the first time. */
class ReproducibleTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void theOperatorsImageIsTheSameByteForByte() throws Exception {
        assumeTrue(
                Files.exists(HOME.resolve("operator/target/quarkus-app")),
                "skipped: the operator is not packed (mvn package)");
        assertThat(operator("first")).isEqualTo(operator("second"));
        assertThat(folder.resolve("first/image.tar")).hasSameBinaryContentAs(folder.resolve("second/image.tar"));
    }

    private String operator(String name) throws Exception {
        Path work = Files.createDirectories(folder.resolve(name));
        var java = JavaRuntime.link(work.resolve("java"));
        return OperatorImage.of(HOME, java, work.resolve("classes")).write(work.resolve("image.tar"));
    }

    @Test
    void theTrainersImageIsTheSameByteForByte() throws Exception {
        assumeTrue(
                Files.exists(HOME.resolve("trainer-image/target/classpath")),
                "skipped: the trainer is not packed (mvn package)");
        var java = JavaRuntime.link(folder.resolve("java"));
        var natives = NativeLibraries.unpack(folder.resolve("native"));
        assertThat(trainer("first", java, natives)).isEqualTo(trainer("second", java, natives));
        assertThat(folder.resolve("first/image.tar")).hasSameBinaryContentAs(folder.resolve("second/image.tar"));
    }

    private String trainer(String name, JavaRuntime java, NativeLibraries natives) throws Exception {
        Path work = Files.createDirectories(folder.resolve(name));
        return TrainerImage.of(HOME, java, natives, work.resolve("jars")).write(work.resolve("image.tar"));
    }
}
