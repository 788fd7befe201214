package dev.potstill.trainer.model;

import dev.potstill.api.Student;

/**
 * Low-rank adapters (Hu et al., 2021) on some linear layers of every layer: y = W x + scale · B (A x).
 *
 * @param rank of A and B; 0 for none
 * @param scale alpha / rank, or alpha / √rank where it is stabilised (Kalajdzievski, 2023)
 * @param targets which linear layers carry one
 */
public record Adapters(int rank, double scale, Student.Targets targets) {
    public static final Adapters NONE = new Adapters(0, 0, Student.Targets.Attention);

    public static Adapters of(Student.Lora lora) {
        double divisor = lora.rankStabilized() ? Math.sqrt(lora.rank()) : lora.rank();
        return new Adapters(lora.rank(), lora.alpha() / divisor, lora.targets());
    }

    public boolean on(Weight weight) {
        return rank > 0
                && switch (targets) {
                    case Attention -> weight.role() == Weight.Role.Attention;
                    case AllLinear -> weight.linear();
                };
    }
}
