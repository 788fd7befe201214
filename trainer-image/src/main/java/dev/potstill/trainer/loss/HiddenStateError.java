package dev.potstill.trainer.loss;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;

/**
 * Mean squared error between hidden states, as feature distillation minimises it (Romero et al., 2015; Jiao et al., 2020): the mean
 * over the width, summed over tokens. Widths that differ are met by a learned projection.
 */
public final class HiddenStateError implements AutoCloseable {
    private final Script script = Script.of("""
            def error(self, student: Tensor, teacher: Tensor, scale: float) -> Tensor:
                return (student.float() - teacher.float()).pow(2).mean(-1).sum() * scale

            def projected(self, student: Tensor, projection: Tensor, teacher: Tensor, scale: float) -> Tensor:
                return self.error(torch.linear(student.float(), projection), teacher, scale)
            """);

    /** Student and teacher hidden states [N, width], of the same width. */
    public Tensor error(Scope scope, Tensor student, Tensor teacher, double scale) {
        return script.call(scope, "error", student, teacher, scale);
    }

    /** Student hidden states [N, w], a projection [W, w] and teacher hidden states [N, W]. */
    public Tensor error(Scope scope, Tensor student, Tensor projection, Tensor teacher, double scale) {
        return script.call(scope, "projected", student, projection, teacher, scale);
    }

    @Override
    public void close() {
        script.close();
    }
}
