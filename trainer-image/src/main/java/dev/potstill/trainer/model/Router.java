package dev.potstill.trainer.model;

import dev.potstill.trainer.model.Weight.Role;
import java.util.List;

/** How a token chooses its experts. */
sealed interface Router {

    /** Experts of a token. */
    int chosen();

    /** The experts there are. */
    int experts();

    List<Weight> weights();

    /** From m [N, width] to {@code route}, the logits [N, experts], {@code chosen} [N, k] and their {@code shares} [N, k]. */
    String text();

    /** The k likeliest, with their probabilities made to add up to 1 where {@code normed} (Jiang et al., 2024). */
    record Likeliest(String module, int width, int experts, int chosen, boolean normed) implements Router {
        @Override
        public List<Weight> weights() {
            return List.of(Weight.linear(Role.Router, module, experts, width));
        }

        @Override
        public String text() {
            return """
                    route = @%s(m)
                    shares, chosen = torch.topk(torch.softmax(route.float(), -1), %d, -1)
                    %s
                    shares = shares.to(m.dtype)
                    """.formatted(module, chosen, normed ? "shares = shares / shares.sum(-1, keepdim=True)" : "");
        }
    }

    /**
     * Experts stand in groups; the groups with the greatest sum of two scores come into question, and of their experts the k with the
     * greatest scores. A bias, kept balanced by pre-training, takes part in the choice alone (DeepSeek-AI, 2024).
     *
     * @param groups divides {@code experts}
     * @param chosenGroups of a token
     * @param scale of the shares
     */
    record Grouped(
            String module,
            int width,
            int experts,
            int chosen,
            int groups,
            int chosenGroups,
            boolean normed,
            double scale)
            implements Router {
        @Override
        public List<Weight> weights() {
            return List.of(
                    Weight.linear(Role.Router, module, experts, width),
                    new Weight(module + ".e_score_correction_bias", List.of((long) experts), Role.Constant));
        }

        @Override
        public String text() {
            return """
                    route = torch.linear(m.float(), (@%1$s).float())
                    score = torch.sigmoid(route)
                    choice = score.detach() + @%1$s.e_score_correction_bias
                    groups = choice.view([-1, %2$d, %3$d])
                    best, any = torch.topk(groups, 2, -1)
                    any, group = torch.topk(best.sum(-1), %4$d, -1)
                    open = torch.zeros([m.size(0), %2$d], dtype=11, device=m.device).scatter(1, group, True)
                    groups = groups.masked_fill(torch.logical_not(open).unsqueeze(-1), 0.0)
                    any, chosen = torch.topk(groups.flatten(1), %5$d, -1)
                    shares = score.gather(1, chosen)
                    %6$s
                    shares = shares * %7$s
                    """.formatted(
                            module,
                            groups,
                            experts / groups,
                            chosenGroups,
                            chosen,
                            normed ? "shares = shares / (shares.sum(-1, keepdim=True) + 1.0e-20)" : "",
                            scale);
        }
    }
}
