package dev.potstill.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.weights.TensorEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An update of several optimiser steps, as those of a policy are, of which a later one cannot be taken. */
class GuardedUpdateTest {
    private static final double NAN = Double.NaN;

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();

    /** Nothing but what a guarded state must have. */
    record State(long step, Rollbacks rollbacks) implements Rollbacks.State<State> {
        @Override
        public State with(Rollbacks known) {
            return new State(step, known);
        }

        @Override
        public State passed() {
            return new State(step + 1, rollbacks);
        }
    }

    @Test
    void it_is_undone_whole() {
        // Factors of the gradient, two steps an update; the second of the third update cannot be taken.
        double[][] updates = {{1, 2}, {3, 4}, {5, NAN}, {6, 7}};
        double[][] without = {{1, 2}, {3, 4}, {0, 0}, {6, 7}};
        assertThat(numbers("whole", updates, false)).isEqualTo(numbers("without", without, true));
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("step 3: gradientNorm is NaN")
                .contains("back to step 1");
    }

    /** @param passing whether the third update is left out from the start */
    private List<Float> numbers(String name, double[][] updates, boolean passing) {
        Checkpoints checkpoints = new Checkpoints(folder.resolve(name), 100, 2, warnings::add);
        Guard guard = new Guard(new Schedule(0.1, 0, updates.length), warnings::add);
        try (Scope scope = Scope.open();
                Script script =
                        Script.of("def loss(self, w: Tensor, f: float) -> Tensor:\n    return (w * w).sum() * f")) {
            Tensor weight = Tensor.of(scope, new float[] {1, -2, 3}, 3);
            try (Parameters parameters = new Parameters(new LinkedHashMap<>(Map.of("w", weight)), AdamW.FINE_TUNING)) {
                State state = new State(0, passing ? new Rollbacks(List.of(2L)) : Rollbacks.NONE);
                while (state.step() < updates.length) {
                    state = guard.step(
                            state,
                            before -> update(before, parameters, script, weight, updates),
                            () -> restored(checkpoints, parameters));
                    if (state.step() == 1) {
                        checkpoints.save(1, parameters.state(), state);
                    }
                }
                List<Float> numbers = new ArrayList<>();
                for (TensorEntry entry : parameters.state()) {
                    for (float value : entry.floats()) {
                        numbers.add(value);
                    }
                }
                return numbers;
            }
        }
    }

    private static State update(State before, Parameters parameters, Script script, Tensor weight, double[][] updates) {
        for (double factor : updates[Math.toIntExact(before.step())]) {
            Torch.withGradients(() -> {
                try (Scope local = Scope.open()) {
                    script.call(local, "loss", weight, factor).backward(Tensor.scalar(local, 1));
                    return factor;
                }
            });
            parameters.step(0.1);
        }
        return before.passed();
    }

    private static State restored(Checkpoints checkpoints, Parameters parameters) {
        List<State> found = new ArrayList<>();
        checkpoints.restore(State.class, (tensors, state) -> {
            parameters.restore(tensors);
            found.add(state);
        });
        return found.getFirst();
    }
}
