package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Stage;
import dev.potstill.contract.Disk;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.signals.Poison;
import dev.potstill.trainer.stage.DisturbedRun.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens to a training stage on its way, it ends in the very same weights, or says why not. */
class RecoveryTest {
    @TempDir
    Path folder;

    /** Does this at the n-th look at the clock: somewhere in the middle of the work, and always at the same place. */
    private static LongSupplier at(int look, Runnable act) {
        AtomicInteger looks = new AtomicInteger();
        return () -> {
            if (looks.incrementAndGet() == look) {
                act.run();
            }
            return looks.get();
        };
    }

    private static void stop(DisturbedRun run, int look) {
        StopSignal stop = new StopSignal();
        assertThatThrownBy(() -> run.make("pieces", stop, at(look, stop::raise)))
                .isInstanceOf(Stopped.class);
    }

    /** Nothing is saved where it ends, as when it is killed. */
    private static void kill(DisturbedRun run, int look) {
        assertThatThrownBy(() -> run.make("pieces", new StopSignal(), at(look, () -> {
                    throw new IllegalStateException("killed");
                })))
                .hasMessage("killed");
    }

    private static void assertSame(End found, End expected) {
        assertThat(found.weights()).isEqualTo(expected.weights());
        assertThat(found.made().curves()).isEqualTo(expected.made().curves());
        assertThat(found.made().counts()).isEqualTo(expected.made().counts());
    }

    @ParameterizedTest
    @CsvSource({"Feature, FP32", "Response, FP32", "Reinforcement, FP32", "Response, BF16", "Reinforcement, BF16"})
    void stopped_three_times_and_killed_once_it_ends_the_same(Stage stage, String precision) throws IOException {
        DisturbedRun run = DisturbedRun.in(folder, stage, precision, "1e-2");
        stop(run, 4);
        stop(run, 5);
        kill(run, 5);
        stop(run, 4);
        assertSame(run.make("pieces"), run.make("whole"));
        assertThat(run.warnings()).isEmpty();
    }

    private enum Damage {
        CutOff {
            @Override
            void to(Path checkpoint) throws IOException {
                Path tensors = checkpoint.resolve("state.safetensors");
                byte[] bytes = Files.readAllBytes(tensors);
                Files.write(tensors, Arrays.copyOf(bytes, bytes.length / 2));
            }
        },
        FlippedTensor {
            @Override
            void to(Path checkpoint) throws IOException {
                flip(checkpoint.resolve("state.safetensors"), -5);
            }
        },
        FlippedState {
            @Override
            void to(Path checkpoint) throws IOException {
                Path state = checkpoint.resolve("state.json");
                String text = Files.readString(state);
                int at = text.indexOf("\"step\" : ") + "\"step\" : ".length();
                flip(state, at); // another digit
            }
        },
        StateGone {
            @Override
            void to(Path checkpoint) throws IOException {
                Files.delete(checkpoint.resolve("state.json"));
            }
        },
        TensorsGone {
            @Override
            void to(Path checkpoint) throws IOException {
                Files.delete(checkpoint.resolve("state.safetensors"));
            }
        },
        Empty {
            @Override
            void to(Path checkpoint) throws IOException {
                Disk.delete(checkpoint);
                Files.createDirectory(checkpoint);
            }
        };

        abstract void to(Path checkpoint) throws IOException;

        static void flip(Path file, int at) throws IOException {
            byte[] bytes = Files.readAllBytes(file);
            bytes[Math.floorMod(at, bytes.length)] ^= 1;
            Files.write(file, bytes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_damaged_newest_checkpoint_is_told_of_and_the_one_before_it_is_taken(Damage damage) throws IOException {
        assertRecovers(Stage.Response, damage);
    }

    @ParameterizedTest
    @EnumSource(names = {"Feature", "Reinforcement"})
    void in_every_stage(Stage stage) throws IOException {
        assertRecovers(stage, Damage.CutOff);
    }

    private void assertRecovers(Stage stage, Damage damage) throws IOException {
        DisturbedRun run = DisturbedRun.in(folder, stage);
        stop(run, 9);
        List<Path> saved = run.checkpoints("pieces");
        assertThat(saved).hasSizeGreaterThan(1);
        damage.to(saved.getFirst());

        End end = run.make("pieces");
        assertThat(run.warnings())
                .singleElement()
                .asString()
                .startsWith(saved.getFirst() + " is damaged (")
                .endsWith("the one before it is taken");
        assertSame(end, run.make("whole"));
    }

    @Test
    void with_every_checkpoint_damaged_it_begins_anew() throws IOException {
        DisturbedRun run = DisturbedRun.in(folder, Stage.Response);
        stop(run, 9);
        List<Path> saved = run.checkpoints("pieces");
        for (Path checkpoint : saved) {
            Damage.FlippedTensor.to(checkpoint);
        }
        End end = run.make("pieces");
        assertThat(run.warnings()).hasSize(saved.size());
        assertSame(end, run.make("whole"));
        assertThat(run.checkpoints("pieces")).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"Feature", "Response"})
    void a_batch_whose_loss_is_no_number_is_left_out_and_told_of_however_often_it_is_stopped(Stage stage)
            throws IOException {
        DisturbedRun run = DisturbedRun.in(folder, stage);
        for (String workspace : List.of("whole", "pieces")) {
            run.make(workspace);
            poison(folder.resolve(workspace).resolve("cache/signals"));
            Disk.delete(folder.resolve(workspace).resolve("partial"));
        }
        End whole = run.make("whole");
        // One batch in each of the three passes.
        assertThat(whole.made().counts()).containsEntry("rollbacks", 3L).containsKey("rollbacks.lastStep");
        assertThat(run.warnings()).hasSize(3).allMatch(warning -> warning.contains("loss is NaN"));
        assertThat(whole.made().curves().get("loss")).hasSize(9 - 3);

        stop(run, 4);
        kill(run, 6);
        stop(run, 5);
        assertSame(run.make("pieces"), whole);
    }

    /** Makes what is stored of the first sample's teacher no number. */
    private static void poison(Path signals) throws IOException {
        try (Stream<Path> files = Files.walk(signals)) {
            for (Path file : files.filter(RecoveryTest::isTeachers).toList()) {
                Poison.first(file);
            }
        }
    }

    /** What the student's frozen layers put out lies beside it. */
    private static boolean isTeachers(Path file) {
        return file.toString().endsWith(".rows")
                && !file.getParent().getFileName().toString().startsWith("frozen");
    }

    @ParameterizedTest
    @EnumSource(names = {"Feature", "Response", "Reinforcement"})
    void as_many_tensors_are_alive_after_every_step(Stage stage) throws IOException {
        DisturbedRun run = DisturbedRun.in(folder, stage);
        long before = Tensor.alive();
        List<Long> alive = new ArrayList<>();
        run.make("run", new StopSignal(), () -> {
            alive.add(Tensor.alive());
            return alive.size();
        });
        // The clock is looked at once a step, and these are the last steps.
        assertThat(alive.subList(alive.size() - 8, alive.size()))
                .allMatch(count -> count.equals(alive.getLast()))
                .allMatch(count -> count > before);
        assertThat(Tensor.alive()).isEqualTo(before);
    }
}
