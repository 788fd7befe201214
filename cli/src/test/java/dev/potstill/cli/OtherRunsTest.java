package dev.potstill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.contract.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run://NAME}: a run that starts from the student of one beside it. */
class OtherRunsTest {
    @TempDir
    Path folder;

    private Home home;
    private Path second;

    @BeforeEach
    void home() throws IOException {
        home = new Home(folder);
        second = Files.writeString(
                folder.resolve("second.yaml"),
                Files.readString(home.manifest)
                        .replace("name: tiny", "name: second")
                        .replace("builtin://start", "run://tiny"));
    }

    @Test
    void it_starts_from_the_last_student_that_the_other_trained() throws IOException {
        home.run();
        assertThat(home.potstill("run", second.toString()))
                .as(home.complained())
                .isZero();

        Path workspace = folder.resolve(".potstill/second");
        assertThat(Files.readString(workspace.resolve("run.yaml")))
                .containsPattern("model: \"file://\\S+/\\.potstill/tiny/stages/Response-[0-9a-f]+/student\"");
        assertThat(home.potstill("plan", second.toString())).isZero();
        assertThat(home.shown()).contains("reused").doesNotContain("runs");
    }

    @Test
    void one_that_was_never_run_is_told_of() {
        assertThat(home.potstill("run", second.toString())).isEqualTo(ExitCode.REJECTED.code());
        assertThat(home.complained())
                .contains("spec.student.model: found run://tiny, and no run in " + home.workspace)
                .contains("Run tiny first");
    }

    @Test
    void one_that_is_not_done_is_told_of() throws IOException {
        home.run("--set", "spec.stages=[Data]");
        assertThat(home.potstill("run", second.toString())).isEqualTo(ExitCode.REJECTED.code());
        assertThat(home.complained()).contains("the run tiny trains no student, for its stages are [Data]");

        home.behaviour("Response=reject");
        home.run();
        assertThat(home.potstill("plan", second.toString())).isEqualTo(ExitCode.REJECTED.code());
        assertThat(home.complained()).contains("the run tiny has not done Response yet");
    }
}
