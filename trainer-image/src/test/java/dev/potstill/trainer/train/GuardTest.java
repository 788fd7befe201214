package dev.potstill.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.weights.Refused;
import dev.potstill.trainer.weights.TensorEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A least-squares fit of four weights on ten samples a pass, one a step, of which some are poison. */
class GuardTest {
    private static final int SAMPLES = 10;
    private static final Epochs EPOCHS = new Epochs(SAMPLES, 2, 1, 1, 42);

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();
    private StopSignal stop = new StopSignal();

    enum Poison {
        /** The loss itself is NaN. */
        Loss,
        /** The loss is finite, and infinitely steep. */
        Gradient
    }

    /** Ends in the weights and all else that the next step would depend on. */
    private record End(TrainingLoop.State state, List<Float> numbers) {}

    /** The step, from 0, at which a sample comes up in each pass. */
    private static List<Integer> samplesAt(long... steps) {
        return Arrays.stream(steps)
                .mapToObj(step -> EPOCHS.microBatches(step).getFirst()[0])
                .toList();
    }

    private End train(String name, int everySteps, Objective objective) {
        Checkpoints checkpoints = new Checkpoints(folder.resolve(name), everySteps, 2, warnings::add);
        stop = new StopSignal();
        TrainingLoop loop = new TrainingLoop(
                EPOCHS,
                new Schedule(0.1, 2, EPOCHS.steps()),
                checkpoints,
                new ProgressBoard(Stage.Response, () -> 0),
                stop);
        try (objective;
                Scope scope = Scope.open()) {
            Tensor weight = Tensor.of(scope, new float[] {1, -1, 0.5f, 2}, 4);
            ((Fit) objective).weight = weight;
            try (Parameters parameters = new Parameters(new LinkedHashMap<>(Map.of("w", weight)), AdamW.FINE_TUNING)) {
                TrainingLoop.State state = loop.run(parameters, objective);
                List<Float> numbers = new ArrayList<>();
                for (TensorEntry entry : parameters.state()) {
                    for (float value : entry.floats()) {
                        numbers.add(value);
                    }
                }
                return new End(state, numbers);
            }
        }
    }

    /** (w · x − 1)² for an x of each sample's own; poison at the samples and for as many times as it is told. */
    private class Fit implements Objective {
        private final Script script = Script.of("""
                def loss(self, w: Tensor, sample: int, poison: int) -> Tensor:
                    x = torch.sin(torch.arange(4) * float(sample + 1)).to(6)
                    y = torch.pow((w * x).sum() - 1.0, 2)
                    if poison == 1:
                        y = y * float('nan')
                    if poison == 2:
                        y = y + torch.sqrt((w - w.detach()).sum())
                    return y
                """);
        private final Set<Integer> poisoned;
        private final Poison poison;
        private final int raiseAt;
        private int calls;
        private Tensor weight;

        Fit(List<Integer> poisoned, Poison poison, int raiseAt) {
            this.poisoned = Set.copyOf(poisoned);
            this.poison = poison;
            this.raiseAt = raiseAt;
        }

        @Override
        public int units(int sample) {
            return 1;
        }

        @Override
        public int tokens(int sample) {
            return 1;
        }

        @Override
        public Map<String, Double> accumulate(int[] samples, long units) {
            if (++calls == raiseAt) {
                stop.raise();
            }
            int kind = poisoned.contains(samples[0]) ? poison == Poison.Loss ? 1 : 2 : 0;
            return Torch.withGradients(() -> {
                try (Scope scope = Scope.open()) {
                    Tensor loss = script.call(scope, "loss", weight, samples[0], kind);
                    loss.backward(Tensor.scalar(scope, 1));
                    return Map.of("loss", loss.item());
                }
            });
        }

        @Override
        public void close() {
            script.close();
        }
    }

    private Fit fit(List<Integer> poisoned, Poison poison) {
        return new Fit(poisoned, poison, -1);
    }

    @ParameterizedTest
    @EnumSource
    void a_step_that_is_not_finite_is_told_of_and_passed_over(Poison poison) {
        End end = train("run", 4, fit(samplesAt(6), poison));

        assertThat(end.numbers()).allMatch(Float::isFinite);
        // The sample comes up once in each pass.
        long again = secondStepOf(samplesAt(6).getFirst());
        assertThat(end.state().rollbacks().skipped()).containsExactly(6L, again);
        assertThat(end.state().step()).isEqualTo(EPOCHS.steps());
        assertThat(end.state().curves().get("loss"))
                .hasSize((int) EPOCHS.steps() - 2)
                .noneMatch(point -> point.step() == 7);
        Map<String, Long> counts = new LinkedHashMap<>();
        end.state().rollbacks().addTo(counts);
        assertThat(counts).containsEntry("rollbacks", 2L).containsEntry("rollbacks.lastStep", again + 1);
        assertThat(warnings)
                .hasSize(2)
                .first()
                .asString()
                .startsWith(poison == Poison.Loss ? "step 7: loss is NaN" : "step 7: gradientNorm is ")
                .endsWith("back to step 4, and its batch will be left out");
    }

    private static long secondStepOf(int sample) {
        for (long step = SAMPLES; step < 2 * SAMPLES; step++) {
            if (EPOCHS.microBatches(step).getFirst()[0] == sample) {
                return step;
            }
        }
        throw new AssertionError();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 100})
    void when_checkpoints_are_saved_changes_nothing(int everySteps) {
        List<Integer> poisoned = samplesAt(0, 6);
        End end = train("some", everySteps, fit(poisoned, Poison.Gradient));
        End other = train("others", 5, fit(poisoned, Poison.Loss));
        assertThat(end.numbers()).isEqualTo(other.numbers());
        assertThat(end.state().rollbacks()).isEqualTo(other.state().rollbacks());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 7, 8, 9, 12, 16})
    void stopped_on_the_way_it_ends_in_the_same_bits(int raiseAt) {
        List<Integer> poisoned = samplesAt(6, 13);
        End whole = train("whole", 4, fit(poisoned, Poison.Loss));
        assertThatThrownBy(() -> train("pieces", 4, new Fit(poisoned, Poison.Loss, raiseAt)))
                .isInstanceOf(Stopped.class);
        End resumed = train("pieces", 4, fit(poisoned, Poison.Loss));
        assertThat(resumed.numbers()).isEqualTo(whole.numbers());
        assertThat(resumed.state()).isEqualTo(whole.state());
    }

    @Test
    void three_in_a_row_end_the_stage_and_name_step_term_and_rate() {
        Refused.message(ExitCode.REJECTED, () -> train("run", 4, fit(samplesAt(5, 6, 7), Poison.Loss)))
                .startsWith("step 8: loss is NaN, expected a finite number; the learning rate is 0.0")
                .contains("3 in a row", "learningRate");
        assertThat(warnings).hasSize(2);
    }

    @Test
    void two_in_a_row_do_not() {
        End end = train("run", 4, fit(samplesAt(5, 6), Poison.Loss));
        assertThat(end.state().rollbacks().skipped()).startsWith(5L, 6L);
    }

    @Test
    void a_checkpoint_that_was_damaged_meanwhile_is_passed_over_too() {
        Objective damaging = new Fit(samplesAt(6), Poison.Loss, -1) {
            @Override
            public Map<String, Double> accumulate(int[] samples, long units) {
                Map<String, Double> terms = super.accumulate(samples, units);
                if (terms.containsValue(Double.NaN)) {
                    delete(folder.resolve("run/checkpoint-000006/state.json"));
                }
                return terms;
            }
        };
        End end = train("run", 2, damaging);
        assertThat(warnings.get(0)).contains("checkpoint-000006 is damaged");
        assertThat(warnings.get(1)).contains("step 7", "back to step 4");
        assertThat(end.numbers())
                .isEqualTo(train("whole", 2, fit(samplesAt(6), Poison.Loss)).numbers());
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
