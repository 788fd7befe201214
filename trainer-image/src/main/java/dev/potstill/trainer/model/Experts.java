package dev.potstill.trainer.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Each token passes through the few experts that a router chooses for it (Shazeer et al., 2017), and through a shared one where there
 * is one; no token is dropped.
 *
 * @param router chooses
 * @param experts one of them each
 * @param shared for all tokens
 */
record Experts(Router router, List<SwiGlu> experts, Optional<SwiGlu> shared) implements FeedForward {

    Experts {
        experts = List.copyOf(experts);
    }

    @Override
    public List<Weight> weights() {
        List<Weight> weights = new ArrayList<>(router.weights());
        experts.forEach(expert -> weights.addAll(expert.weights()));
        shared.ifPresent(expert -> weights.addAll(expert.weights()));
        return weights;
    }

    @Override
    public boolean routed() {
        return true;
    }

    @Override
    public long inner() {
        long each = (long) router.chosen() * experts.getFirst().size();
        return each + shared.map(SwiGlu::size).orElse(0);
    }

    // Tokens are brought into the order of their experts, so that each expert sees a piece of one tensor. An expert
    // that no
    // token chose is run on none of them: its weights then have a gradient, of zero.
    @Override
    public String text() {
        StringBuilder text = new StringBuilder(router.text());
        text.append("""
                flat = chosen.flatten()
                order = torch.argsort(flat, stable=True, dim=0, descending=False)
                token = torch.floor_divide(order, %1$d)
                counts = torch.bincount(flat, None, %2$d)
                sizes = annotate(List[int], [])
                for i in range(%2$d):
                    sizes.append(int(torch.select(counts, 0, i)))
                parts = torch.split_with_sizes(m.index_select(0, token), sizes, 0)
                outs = annotate(List[Tensor], [])
                """.formatted(router.chosen(), experts.size()));
        for (int e = 0; e < experts.size(); e++) {
            text.append("m%1$d = parts[%1$d]\n".formatted(e));
            text.append(experts.get(e).lines("m" + e, "d" + e, "y"));
            text.append("outs.append(y)\n");
        }
        text.append("""
                share = shares.flatten().index_select(0, order).unsqueeze(1)
                y = torch.zeros_like(m).index_add(0, token, (torch.cat(outs, 0) * share).to(m.dtype))
                """);
        shared.ifPresent(expert -> {
            text.append(expert.lines("m", "ds", "ys"));
            text.append("y = y + ys\n");
        });
        return text.toString();
    }
}
