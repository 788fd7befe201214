package dev.potstill.trainer.quantization;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.GptqLinear;
import dev.potstill.trainer.weights.TensorEntry;
import java.util.Arrays;
import java.util.List;

/** Rounded weights in the layout of GPTQ files, version 1, where stored zero points are one less than they are. */
final class Packing {
    private static final Script SCRIPT = Script.of("""
            def pack(self, levels: Tensor, bits: int) -> Tensor:
                count = 32 // bits
                shifts = (torch.arange(count, dtype=3) * bits).view([1, count, 1])
                apart = levels.view([-1, count, levels.size(1)])
                return torch.bitwise_left_shift(apart, shifts).sum([1], False, dtype=3)
            """, """
            def zeros(self, groups: int, out: int, bits: int) -> Tensor:
                zeros = torch.full([out, groups], (1 << (bits - 1)) - 1, dtype=3)
                return self.pack(zeros, bits).t().contiguous()
            """);

    private Packing() {}

    /** The stored tensors of the linear layer {@code module}; their memory is the scope's. */
    static List<TensorEntry> entries(Scope scope, String module, Gptq.Rounded rounded, int bits) {
        Tensor scales = Ops.contiguous(scope, rounded.scales(), ElementType.F16);
        return List.of(
                entry(module + GptqLinear.LEVELS, pack(scope, rounded.levels(), bits)),
                entry(module + GptqLinear.ZEROS, SCRIPT.call(scope, "zeros", scales.size(0), scales.size(1), bits)),
                entry(module + GptqLinear.SCALES, scales),
                entry(module + GptqLinear.GROUPS, rounded.groups()));
    }

    /** Levels [in, out] I32, so many to a word [in · bits / 32, out], the first in the lowest bits. */
    static Tensor pack(Scope scope, Tensor levels, int bits) {
        return SCRIPT.call(scope, "pack", levels, bits);
    }

    static TensorEntry entry(String name, Tensor tensor) {
        List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
        return new TensorEntry(name, tensor.type(), shape, tensor.data());
    }
}
