package dev.potstill.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.WorkspaceLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BreakdownTest {
    private static final WorkspaceLayout WORKSPACE = new WorkspaceLayout(Path.of("/runs/one"));

    private static Problem problem(Throwable cause) {
        return Breakdown.of(cause, Stage.Response, WORKSPACE);
    }

    @Test
    void a_full_disk_is_told_of_with_the_file_however_deep_it_lies() {
        var full = new FileSystemException("/runs/one/partial/x", null, "No space left on device");
        Problem problem = problem(new IllegalStateException(new UncheckedIOException(full)));
        assertThat(problem.exitCode()).isEqualTo(ExitCode.STORAGE);
        assertThat(problem)
                .hasMessage("/runs/one/partial/x: No space left on device. Check the disk's free space and the rights");
        assertThat(problem(new UncheckedIOException(new IOException("No space left on device"))))
                .hasMessageStartingWith("/runs/one: No space left on device");
    }

    @Test
    void what_does_not_fit_into_memory_names_the_setting_to_change() {
        assertThat(problem(new OutOfMemoryError("Java heap space")))
                .hasMessageContaining("spec.training.batchSize")
                .satisfies(problem -> assertThat(((Problem) problem).exitCode()).isEqualTo(ExitCode.UNFIT));
        assertThat(problem(
                                new RuntimeException(
                                        "[enforce fail at alloc_cpu.cpp:116] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"))
                        .exitCode())
                .isEqualTo(ExitCode.UNFIT);
    }

    @Test
    void anything_else_is_a_defect_in_one_line() {
        Problem problem = problem(new IllegalStateException("first\nsecond"));
        assertThat(problem.exitCode()).isEqualTo(ExitCode.DEFECT);
        assertThat(problem)
                .hasMessage(
                        "Response: a defect of the trainer: IllegalStateException: first; its trace is in /runs/one/logs/Response.log");
    }

    @Test
    void a_problem_stays_what_it_is() {
        Problem rejected = Problem.rejected("spec.x: found 1, expected 2");
        assertThat(problem(rejected)).isSameAs(rejected);
        assertThat(problem(new Stopped()).exitCode()).isEqualTo(ExitCode.STOPPED);
    }
}
