package dev.potstill.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnavailableTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            spec.evaluation.suites=[GSM8K, Latency] | spec.evaluation.suites[1]: Latency is not available yet; use WordProblems, GSM8K, Perplexity or Divergence
            spec.quantization.bits=8 | spec.quantization.bits: 8 bits is not available yet; use 4
            """)
    void a_choice_that_cannot_be_kept_is_refused(String override, String line) throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), ManifestTest.SHORT);
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> Manifest.read(file, List.of(override)))
                .withMessage(file + ": " + line)
                .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED));
    }

    @Test
    void the_methods_values_are_available() throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), ManifestTest.SHORT);
        assertThat(Unavailable.in(Manifest.read(file).spec())).isEmpty();
    }

    @Test
    void a_teacher_behind_an_endpoint_is_not_scored() throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), ManifestTest.SHORT);
        String endpoint = "spec.teachers[0]={name: a, endpoint: {url: \"https://x/v1\", model: m}}";
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> Manifest.read(file, List.of(endpoint)))
                .withMessageContaining(
                        "spec.evaluation.compareWith: scoring a teacher behind an endpoint is not available yet; leave Teacher out")
                .withMessageContaining(
                        "spec.evaluation.suites: the divergence from a teacher behind an endpoint is not available yet; leave Divergence out");
        var alone = Manifest.read(file, List.of(endpoint, "spec.stages=[Data, Response]"));
        assertThat(Unavailable.in(alone.spec())).isEmpty();
    }
}
