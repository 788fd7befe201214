package dev.potstill.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenSecretsTest {
    private static final String EASY = "spec.teachers[1].endpoint.secretRef.name=";
    private static final String SAFETY = "spec.reinforcement.safety.endpoint.secretRef.name=";

    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void a_run_that_asks_three_servers() throws IOException {
        file = Files.writeString(folder.resolve("run.yaml"), ManifestTest.SHORT);
    }

    @Test
    void secrets_whose_tokens_would_share_a_variable_are_refused() {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> read(EASY + "a.b", SAFETY + "a-b"))
                .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED))
                .withMessage(file
                        + ": spec.teachers[1].endpoint.secretRef.name: found \"a.b\", whose token is read from"
                        + " POTSTILL_ENDPOINT_TOKEN_A_B as that of \"a-b\" in spec.teachers[0].endpoint.secretRef.name is,"
                        + " expected names that differ in letters or digits; rename one Secret");
    }

    @Test
    void so_is_that_of_the_server_that_judges_where_it_is_asked() {
        assertThat(read(EASY + "other", SAFETY + "a.b").spec().teachers()).hasSize(2);
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> read(
                        EASY + "other",
                        SAFETY + "a.b",
                        "spec.stages=[Data, Reinforcement]",
                        "spec.reinforcement.algorithm=GRPO"))
                .withMessageContaining("spec.reinforcement.safety.endpoint.secretRef.name: found \"a.b\"");
    }

    @Test
    void one_secret_may_be_that_of_several_servers() {
        assertThat(read(EASY + "a-b", SAFETY + "other").spec().teachers()).hasSize(2);
    }

    private Manifest read(String... secrets) {
        var overrides = new ArrayList<>(List.of(
                "spec.stages=[Data, Response]",
                "spec.teachers[0]={name: a, endpoint: {url: \"https://x/v1\", model: m, secretRef: {name: a-b}}}",
                "spec.teachers[1]={name: b, endpoint: {url: \"https://y/v1\", model: m, secretRef: {name: b}}}",
                "spec.routing={easy: b, hard: a}",
                "spec.reinforcement.safety={endpoint: {url: \"https://z/v1\", model: m}}"));
        overrides.addAll(List.of(secrets));
        return Manifest.read(file, overrides);
    }
}
