package dev.potstill.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("run.yaml"), ManifestTest.SHORT);
    }

    @Test
    void a_value_takes_the_type_of_its_field() {
        Manifest manifest = read(
                "metadata.name=other",
                "spec.training.epochs=3",
                "spec.training.learningRate=1e-3",
                "spec.suspend=true",
                "spec.teachers[0].model=/models/teacher",
                "spec.stages=[Data, Feature]",
                "spec.scheduling.nodeSelector.disk=ssd",
                "spec.workspace.storageClassName=12");
        assertThat(manifest.name()).isEqualTo("other");
        assertThat(manifest.spec().training().epochs()).isEqualTo(3);
        assertThat(manifest.spec().training().learningRate()).isEqualTo("1e-3");
        assertThat(manifest.spec().suspend()).isTrue();
        assertThat(manifest.spec().teachers().getFirst().model()).isEqualTo("file:///models/teacher");
        assertThat(manifest.spec().stages()).containsExactly(Stage.Data, Stage.Feature);
        assertThat(manifest.spec().workspace().storageClassName()).isEqualTo("12");
    }

    @Test
    void the_next_index_of_a_list_adds_an_entry() {
        Manifest manifest = read("spec.data.sources[1].uri=more.jsonl", "spec.data.sources[1].format=PromptJsonl");
        assertThat(manifest.spec().data().sources()).hasSize(2);
        assertThat(manifest.spec().data().sources().get(1).uri()).endsWith("/more.jsonl");
    }

    @Test
    void nothing_behind_the_equals_sign_brings_the_default_back() throws IOException {
        Files.writeString(file, ManifestTest.SHORT + "  training: {epochs: 1}\n");
        assertThat(read().spec().training().epochs()).isEqualTo(1);
        assertThat(read("spec.training.epochs=").spec().training().epochs()).isEqualTo(6);
    }

    @Test
    void a_value_is_checked_like_one_in_the_file() {
        Problem problem = refusal("spec.training.epochs=many");
        assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED);
        assertThat(problem)
                .hasMessageEndingWith("spec.training.epochs: found \"many\", expected a whole number, 1 to 1000");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            spec.training.epoch=3 | found the unknown field epoch in spec.training, expected one of batchSize, gradientAccumulation, learningRate, warmupSteps, epochs, maxLength, precision, activationCheckpointing, order, seed; did you mean epochs?
            spec.training.epochs.x=3 | found the unknown field x in spec.training.epochs, which has no fields
            spec.teachers[2].name=x | found index 2, expected 0 to 1: spec.teachers has 1 entries in the manifest
            spec.training[0]=x | spec.training is not a list
            spec.teachers.name=x | found the unknown field name in spec.teachers, which has no fields
            spec.training.epochs | expected PATH=VALUE such as spec.teachers[0].model=file:///models/teacher
            =3 | expected PATH=VALUE such as spec.teachers[0].model=file:///models/teacher
            spec..x=3 | expected PATH=VALUE such as spec.teachers[0].model=file:///models/teacher
            training.epochs=3 | expected a field of spec, or metadata.name or metadata.namespace
            metadata.labels=3 | expected a field of spec, or metadata.name or metadata.namespace
            spec.stages=[Data | the value is not YAML: expected ',' or ']', but got <stream end>
            """)
    void a_path_that_leads_nowhere_is_a_wrong_use_of_the_command(String override, String line) {
        Problem problem = refusal(override);
        assertThat(problem.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(problem).hasMessage("--set " + override + ": " + line);
    }

    private Manifest read(String... overrides) {
        return Manifest.read(file, List.of(overrides));
    }

    private Problem refusal(String override) {
        return catchThrowableOfType(Problem.class, () -> read(override));
    }
}
