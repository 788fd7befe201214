package dev.potstill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.StageOutput;
import dev.potstill.trainer.TrainerProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainers that are ended by signals: started again, they make the very bytes that an undisturbed one makes. */
class InterruptedRunTest {
    @TempDir
    private Path folder;

    private enum Signal {
        TERM,
        KILL
    }

    /** A signal, and the step after which it is sent. */
    private record Blow(Signal signal, long step) {}

    @Test
    void a_stage_stopped_and_killed_makes_the_same_bytes() throws Exception {
        assertSame(new TinyRun(folder, Stage.Response, 160, 10), new Blow(Signal.TERM, 8), new Blow(Signal.KILL, 20));
    }

    @ParameterizedTest
    @EnumSource(names = {"Feature", "Response", "Reinforcement"})
    @EnabledIfSystemProperty(named = "potstill.long", matches = "true", disabledReason = "takes long: ./verify --long")
    void two_hundred_steps_stopped_three_times_and_killed_once_make_the_same_bytes(Stage stage) throws Exception {
        assertSame(
                new TinyRun(folder, stage, 200, 10),
                new Blow(Signal.TERM, 20),
                new Blow(Signal.TERM, 60),
                new Blow(Signal.KILL, 110),
                new Blow(Signal.TERM, 150));
    }

    private static void assertSame(TinyRun run, Blow... blows) throws Exception {
        run.write();
        assertThat(run.start(Stage.Data, "whole").end()).isEqualTo(new Ended(0, ""));
        copy(run.folder().resolve("whole"), run.folder().resolve("pieces"));
        assertThat(run.start(run.stage(), "whole").end()).isEqualTo(new Ended(0, ""));
        for (Blow blow : blows) {
            for (Path time : times(run)) {
                Files.delete(time);
            }
            TrainerProcess trainer = run.start(run.stage(), "pieces");
            run.awaitStep(trainer, "pieces", blow.step());
            if (blow.signal() == Signal.KILL) {
                awaitTime(run, trainer);
            }
            if (blow.signal() == Signal.TERM) {
                trainer.process().destroy();
                assertThat(trainer.end().code()).isEqualTo(ExitCode.STOPPED.code());
            } else {
                trainer.process().destroyForcibly();
                assertThat(trainer.end().code()).isEqualTo(ExitCode.KILLED.code());
            }
        }
        assertThat(run.start(run.stage(), "pieces").end()).isEqualTo(new Ended(0, ""));

        StageOutput whole = run.output("whole");
        StageOutput pieces = run.output("pieces");
        assertThat(whole.report().counts())
                .containsEntry(run.stage() == Stage.Reinforcement ? "updates" : "steps", (long) run.steps());
        assertThat(pieces.file("student/model.safetensors"))
                .hasSameBinaryContentAs(whole.file("student/model.safetensors"));
        assertThat(pieces.outputDigest()).isEqualTo(whole.outputDigest());
        assertThat(pieces.report().curves()).isEqualTo(whole.report().curves());
    }

    /** Until it is kept how long the stage has worked, which is so with each checkpoint. */
    private static void awaitTime(TinyRun run, TrainerProcess trainer) throws Exception {
        while (times(run).isEmpty()) {
            if (trainer.process().waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("ended before it kept how long it worked: " + trainer.end());
            }
        }
    }

    private static List<Path> times(TinyRun run) throws IOException {
        Path partial = run.folder().resolve("pieces/partial");
        if (!Files.exists(partial)) {
            return List.of();
        }
        try (Stream<Path> stages = Files.list(partial)) {
            return stages.map(stage -> stage.resolve("seconds"))
                    .filter(Files::exists)
                    .toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }
}
