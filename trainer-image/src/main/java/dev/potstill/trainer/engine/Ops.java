package dev.potstill.trainer.engine;

import dev.potstill.trainer.weights.ElementType;
import java.util.List;

/** The few operations needed outside models and losses. */
public final class Ops {
    private static final Script SCRIPT =
            Script.of("""
            def contiguous(self, x: Tensor, type: int) -> Tensor:
                return x.detach().to(type).contiguous()
            """, """
            def copy(self, x: Tensor, type: int) -> Tensor:
                return x.detach().to(type, copy=True).contiguous()
            """, """
            def zeros(self, shape: List[int], type: int) -> Tensor:
                return torch.zeros(shape, dtype=type)
            """, """
            def assign(self, to: Tensor, x: Tensor) -> Tensor:
                return to.detach().copy_(x)
            """, """
            def rows(self, x: Tensor, index: Tensor) -> Tensor:
                return x.index_select(0, index)
            """, """
            def narrow(self, x: Tensor, dim: int, start: int, length: int) -> Tensor:
                return x.narrow(dim, start, length)
            """, """
            def cat(self, xs: List[Tensor], dim: int) -> Tensor:
                return torch.cat(xs, dim)
            """, """
            def unsigned(self, x: Tensor) -> Tensor:
                if x.dtype == 2:
                    return torch.bitwise_and(x.to(3), 65535)
                return x
            """, """
            def sum(self, xs: List[Tensor]) -> Tensor:
                return torch.stack(xs).sum()
            """, """
            def plus(self, x: Tensor, y: Tensor) -> Tensor:
                return x + y
            """, """
            def dot(self, x: Tensor, y: Tensor) -> Tensor:
                return (x.float() * y.float()).sum()
            """, """
            def finite(self, x: Tensor) -> int:
                return int(torch.isfinite(x.sum(dtype=6)).item())
            """, """
            def requires_grad(self, xs: List[Tensor]) -> int:
                for x in xs:
                    if x.requires_grad:
                        return 1
                return 0
            """, """
            def detach(self, x: Tensor) -> Tensor:
                return x.detach()
            """, """
            def add_scaled(self, x: Tensor, b: Tensor, a: Tensor, scale: float) -> Tensor:
                return (x.float() + torch.mm(b.float(), a.float()) * scale).to(x.dtype)
            """);

    private Ops() {}

    /** The same values, contiguous and of this type: a new tensor only where something has to change. */
    public static Tensor contiguous(Scope scope, Tensor x, ElementType type) {
        return SCRIPT.call(scope, "contiguous", x, type.scalarType());
    }

    /** A copy of its own, contiguous and of this type, free of the memory under {@code x}. */
    public static Tensor copy(Scope scope, Tensor x, ElementType type) {
        return SCRIPT.call(scope, "copy", x, type.scalarType());
    }

    static Tensor zeros(Scope scope, ElementType type, long[] shape) {
        return SCRIPT.call(scope, "zeros", shape, type.scalarType());
    }

    /** Overwrites {@code to} with the values of {@code x}, converted to its type. */
    public static void assign(Tensor to, Tensor x) {
        try (Scope local = Scope.open()) {
            SCRIPT.call(local, "assign", to, x);
        }
    }

    /** x[index]: rows of {@code x} [N, …] by position [M]. */
    public static Tensor rows(Scope scope, Tensor x, Tensor index) {
        return SCRIPT.call(scope, "rows", x, index);
    }

    /** A view of {@code length} entries of one dimension. */
    public static Tensor narrow(Scope scope, Tensor x, int dimension, long start, long length) {
        return SCRIPT.call(scope, "narrow", x, dimension, start, length);
    }

    public static Tensor cat(Scope scope, List<Tensor> parts, int dimension) {
        return SCRIPT.call(scope, "cat", parts, dimension);
    }

    /** Whole numbers of 16 bits as those from 0 to 65535 that were cut down to them; others as they are. */
    public static Tensor unsigned(Scope scope, Tensor x) {
        return SCRIPT.call(scope, "unsigned", x);
    }

    /** The sum of scalars. */
    public static Tensor sum(Scope scope, List<Tensor> scalars) {
        return SCRIPT.call(scope, "sum", scalars);
    }

    /** x + y, of the same shape. */
    public static Tensor plus(Scope scope, Tensor x, Tensor y) {
        return SCRIPT.call(scope, "plus", x, y);
    }

    /** Σ x · y over all elements. */
    public static Tensor dot(Scope scope, Tensor x, Tensor y) {
        return SCRIPT.call(scope, "dot", x, y);
    }

    /** Whether a tensor holds no NaN and no infinity; a sum is enough to tell, and reads the memory once. */
    public static boolean finite(Tensor x) {
        return SCRIPT.callLong("finite", x) != 0;
    }

    /** Whether gradients gather at any of these. */
    public static boolean requiresGrad(List<Tensor> xs) {
        return SCRIPT.callLong("requires_grad", xs) != 0;
    }

    /** The same memory, cut off from the graph that made it. */
    public static Tensor detach(Scope scope, Tensor x) {
        return SCRIPT.call(scope, "detach", x);
    }

    /** W + scale · B A, added up in fp32. */
    public static Tensor addLowRank(Scope scope, Tensor w, Tensor b, Tensor a, double scale) {
        return SCRIPT.call(scope, "add_scaled", w, b, a, scale);
    }
}
