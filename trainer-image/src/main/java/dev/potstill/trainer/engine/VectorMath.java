package dev.potstill.trainer.engine;

import dev.potstill.trainer.weights.ElementType;
import java.util.List;

/**
 * The functions that libtorch has Intel's MKL compute element by element. MKL picks a function's code when it is first called; where
 * several threads call it first, one of them may be given code of half the digits for that one call
 * (github.com/pytorch/pytorch/issues/188792), and the same run would end in other bytes.
 */
final class VectorMath {
    private static final Script SCRIPT = Script.of("""
            def each(self, x: Tensor) -> Tensor:
                return torch.stack([
                    x.acos(), x.asin(), x.atan(), x.cos(), x.erf(), x.erfc(), x.erfinv(), x.exp(), x.log(), x.log10(), x.log2(),
                    x.sin(), x.sqrt(), x.tan(), x.tanh(), x.trunc()])
            """);

    private VectorMath() {}

    /** Has MKL pick the code of each, on this thread alone: to be done before any other arithmetic. */
    static void pick() {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            try (Scope local = Scope.open()) {
                each(local, Tensor.zeros(local, type, 1));
            }
        }
    }

    /** What each makes of x: a row for each. */
    static Tensor each(Scope scope, Tensor x) {
        return SCRIPT.call(scope, "each", x);
    }
}
