package dev.potstill.trainer.quantization;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Weight;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.GptqConfig;
import java.util.List;

/**
 * GPTQ (Frantar et al., 2022): the columns of a weight are rounded one after the other, and the error of each is made up for in the
 * columns that are still to come, as far as the inputs that were seen allow it. Weights are symmetric around a zero point, groups of
 * them share a scale.
 *
 * @param bits of a weight
 * @param groupSize columns that share a scale
 * @param damp share of the mean diagonal that is added to the Hessian's diagonal
 * @param actOrder whether the columns with the strongest inputs are rounded first, while most columns are left to make up for them
 */
public record Gptq(int bits, int groupSize, double damp, boolean actOrder) {
    /** The paper's. */
    private static final double DAMP = 0.01;

    /** Columns after which errors are carried to all later columns in one product; before that, to those of the block alone. */
    private static final int BLOCK = 128;

    /** No group lies in two blocks, so that a group's scale is always taken from columns that have all errors in them. */
    private int block() {
        return groupSize * Math.max(1, BLOCK / groupSize);
    }

    // Weights are held transposed, [in, out]: a column of the paper is a row here and lies in one piece.
    //
    // A group without negative weights gets scales for half the range, and its weights above 7/15 of the greatest are
    // cut off:
    // so do the authors' code and the reference vectors this is held against. Groups are wide enough for it to be rare.
    // A group's greatest negative weight lies exactly between two levels: the factor just above 1 sends it outwards,
    // whatever
    // its last bit says.
    private static final Script SCRIPT = Script.of("""
            def gather(self, h: Tensor, x: Tensor) -> Tensor:
                wide = x
                if x.dtype != 7:
                    wide = x.to(6)
                return h.add_(torch.mm(wide.t(), wide))
            """, """
            def curvature(self, sum: Tensor, count: int, damp: float, act_order: bool) -> List[Tensor]:
                h = sum.mul_(2.0 / float(count))
                diagonal = h.diagonal().clone()
                mean = diagonal.mean()
                if float(mean.item()) == 0.0:
                    mean.fill_(1.0)
                diagonal = torch.where(diagonal == 0, mean, diagonal)
                order = torch.arange(h.size(0))
                if act_order:
                    order = torch.argsort(diagonal, stable=True, dim=0, descending=True)
                damped = h.index_select(0, order).index_select(1, order)
                damped.diagonal().copy_(diagonal.index_select(0, order) + diagonal.mean() * damp)
                inverse = torch.cholesky_inverse(torch.linalg_cholesky(damped))
                return [h, torch.linalg_cholesky(inverse, upper=True), order]
            """, """
            def scale(self, rows: Tensor, most: int, stored: int) -> Tensor:
                size = rows.abs().amax(0)
                levels = torch.where(rows.amin(0) < 0, 2.0, 1.0)
                scale = torch.clamp(size * levels / most, min=6e-08)
                return scale.to(stored).to(rows.dtype)
            """, """
            def columns(self, rows: Tensor, levels: Tensor, scales: Tensor, upper: Tensor, bits: int, group: int, stored: int) -> Tensor:
                most = (1 << bits) - 1
                zero = 1 << (bits - 1)
                errors = torch.zeros_like(rows)
                for i in range(rows.size(0)):
                    scale = scales.select(0, i // group)
                    if i % group == 0:
                        scale.copy_(self.scale(rows.narrow(0, i, group), most, stored))
                    row = rows.select(0, i)
                    level = torch.clamp(torch.round(row / scale * 1.000001) + zero, 0, most)
                    levels.select(0, i).copy_(level)
                    error = errors.select(0, i).copy_((row - (level - zero) * scale) / upper[i, i])
                    left = rows.size(0) - i - 1
                    rows.narrow(0, i + 1, left).addr_(upper.select(0, i).narrow(0, i + 1, left), error, alpha=-1)
                return errors
            """, """
            def round(self, weight: Tensor, factor: Tensor, order: Tensor, bits: int, group: int, block: int, stored: int) -> List[Tensor]:
                w = weight.t().index_select(0, order)
                upper = factor.to(w.dtype)
                levels = torch.zeros_like(w, dtype=3)
                scales = torch.zeros([w.size(0) // group, w.size(1)], dtype=w.dtype)
                for start in range(0, w.size(0), block):
                    size = min(block, w.size(0) - start)
                    rest = w.size(0) - start - size
                    ahead = upper.narrow(0, start, size)
                    errors = self.columns(w.narrow(0, start, size), levels.narrow(0, start, size), scales.narrow(0, start // group, size // group), ahead.narrow(1, start, size), bits, group, stored)
                    w.narrow(0, start + size, rest).addmm_(ahead.narrow(1, start + size, rest).t(), errors, alpha=-1)
                back = torch.argsort(order)
                groups = (torch.arange(w.size(0)) // group).index_select(0, back).to(3)
                return [levels.index_select(0, back), scales, groups]
            """, """
            def weight(self, levels: Tensor, scales: Tensor, groups: Tensor, bits: int) -> Tensor:
                apart = (levels - (1 << (bits - 1))) * scales.index_select(0, groups)
                return apart.t().contiguous()
            """, """
            def energy(self, h: Tensor, w: Tensor) -> float:
                return float((w * torch.mm(w, h.to(w.dtype))).sum(dtype=7).item())

            def difference(self, h: Tensor, weight: Tensor, other: Tensor) -> float:
                return self.energy(h, weight - other)
            """);

    /** With the paper's damping, and in act-order: it loses least, and every reader of the format knows it. */
    public static Gptq of(int bits, int groupSize) {
        return new Gptq(bits, groupSize, DAMP, true);
    }

    /** A {@link dev.potstill.contract.Problem} where the model's linear layers do not come out even in groups or in stored words. */
    public void requireFits(LanguageModel model) {
        List<Weight> linears = model.config().blocks().stream()
                .distinct()
                .flatMap(block -> block.linears().stream())
                .toList();
        Widths.require(linears, groupSize, bits);
    }

    /** How files say what was done. */
    public GptqConfig layout() {
        return GptqConfig.of(bits, groupSize, actOrder, damp);
    }

    /**
     * How the squared error of a layer's output bends with its weights, H = 2 XᵀX / n, and what rounding needs of it.
     *
     * @param h H, undamped [in, in] F64
     * @param upper the upper Cholesky factor of the damped H's inverse, in the order of rounding [in, in] F64
     * @param order the column that is rounded at each place [in] I64
     */
    public record Curvature(Tensor h, Tensor upper, Tensor order) {}

    /**
     * A rounded weight: {@code (levels - 2^(bits-1)) * scales[groups]}.
     *
     * @param levels [in, out] I32, 0 to 2^bits - 1
     * @param scales [G, out], of the weight's type
     * @param groups of each input [in] I32
     */
    public record Rounded(Tensor levels, Tensor scales, Tensor groups) {}

    /** Adds XᵀX of inputs x [N, in] to {@code sum} [in, in] F64. */
    static void gather(Tensor sum, Tensor x) {
        try (Scope local = Scope.open()) {
            SCRIPT.call(local, "gather", sum, x);
        }
    }

    /** From the sum over {@code count} inputs. Inputs that were never anything but zero get the mean curvature: their weights are rounded
     * to the nearest. */
    public Curvature curvature(Scope scope, Tensor sum, long count) {
        List<Tensor> made = SCRIPT.callList(scope, "curvature", sum, count, damp, actOrder);
        return new Curvature(made.get(0), made.get(1), made.get(2));
    }

    /**
     * Rounds a weight [out, in], F32 or F64, in its own type.
     *
     * @param stored the type that scales are kept in: they are rounded to it before anything is rounded to them, so that what is
     *     made up for is the error of what will be read back
     */
    public Rounded round(Scope scope, Tensor weight, Curvature curvature, ElementType stored) {
        List<Tensor> made = SCRIPT.callList(
                scope,
                "round",
                weight,
                curvature.upper(),
                curvature.order(),
                bits,
                groupSize,
                block(),
                stored.scalarType());
        return new Rounded(made.get(0), made.get(1), made.get(2));
    }

    /** The weight [out, in] that a rounded one stands for. */
    public Tensor weight(Scope scope, Rounded rounded) {
        return SCRIPT.call(scope, "weight", rounded.levels(), rounded.scales(), rounded.groups(), bits);
    }

    /** How far a layer's outputs move with another weight, ‖XWᵀ − XVᵀ‖ / ‖XWᵀ‖, on the inputs that the curvature is from. */
    public static double error(Curvature curvature, Tensor weight, Tensor other) {
        double whole = SCRIPT.callNumber("energy", curvature.h(), weight);
        double moved = SCRIPT.callNumber("difference", curvature.h(), weight, other);
        return whole > 0 ? Math.sqrt(Math.max(0, moved) / whole) : 0;
    }
}
