package dev.potstill.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.contract.Pin.RemoteFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinsTest {
    private static final String MODEL = "hf://lab/small";

    @TempDir
    Path folder;

    private static Pin pin(String commit, String digest) {
        return new Pin(MODEL, "Model", commit, List.of(new RemoteFile("config.json", "config.json", 2, digest)));
    }

    private String input(Pins pins) {
        return Lineage.of(
                        Specs.with(Map.of("/student/model", MODEL)),
                        pins,
                        new WorkspaceLayout(folder),
                        "v1",
                        Notices.of(warning -> {}))
                .steps()
                .getFirst()
                .input()
                .orElseThrow()
                .hex();
    }

    @Test
    void what_was_found_first_holds_for_its_run_and_no_other() {
        var workspace = new WorkspaceLayout(folder);
        Pins.add(workspace, "r1", Map.of(MODEL, pin("1", "git:a")));
        Pins.add(workspace, "r1", Map.of(MODEL, pin("2", "git:b")));
        assertThat(Pins.read(workspace, "r1").of(MODEL)).contains(pin("1", "git:a"));
        assertThat(Pins.read(workspace, "r2").of(MODEL)).isEmpty();
    }

    @Test
    void the_content_counts_and_not_the_commit() {
        var workspace = new WorkspaceLayout(folder);
        String first = input(Pins.add(workspace, "r1", Map.of(MODEL, pin("1", "git:a"))));
        assertThat(input(Pins.add(workspace, "r2", Map.of(MODEL, pin("2", "git:a")))))
                .isEqualTo(first);
        assertThat(input(Pins.add(workspace, "r3", Map.of(MODEL, pin("2", "git:b")))))
                .isNotEqualTo(first);
        assertThat(input(Pins.none())).isNotEqualTo(first);
    }

    @Test
    void pins_that_cannot_be_read_are_told_of() throws IOException {
        var workspace = new WorkspaceLayout(folder);
        Files.createDirectories(workspace.pins("r1").getParent());
        Files.writeString(workspace.pins("r1"), "{");
        assertThatThrownBy(() -> Pins.read(workspace, "r1"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.STORAGE))
                .hasMessageContaining("r1.json: cannot be read");
    }
}
