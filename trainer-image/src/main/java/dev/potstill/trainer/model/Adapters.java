package dev.potstill.trainer.model;

import dev.potstill.api.Student;
import java.util.List;

/**
 * Low-rank adapters (Hu et al., 2021) on some linear layers of every layer: y = W x + scale · B (A x).
 *
 * @param rank of A and B
 * @param scale alpha / rank
 * @param targets names of the linear layers that carry one: {@code self_attn.q_proj}, …
 */
public record Adapters(int rank, double scale, List<String> targets) {
    private static final List<String> ATTENTION =
            List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj");
    private static final List<String> ALL = List.of(
            "self_attn.q_proj",
            "self_attn.k_proj",
            "self_attn.v_proj",
            "self_attn.o_proj",
            "mlp.gate_proj",
            "mlp.up_proj",
            "mlp.down_proj");

    public static final Adapters NONE = new Adapters(0, 0, List.of());

    public Adapters {
        targets = List.copyOf(targets);
    }

    public static Adapters of(Student.Lora lora) {
        double scale = (double) lora.alpha() / lora.rank();
        return new Adapters(
                lora.rank(),
                scale,
                switch (lora.targets()) {
                    case Attention -> ATTENTION;
                    case AllLinear -> ALL;
                });
    }

    public boolean on(String linear) {
        return targets.contains(linear);
    }
}
