package dev.potstill.trainer.model;

import java.util.ArrayList;
import java.util.List;

/**
 * down(silu(gate(m)) · up(m)) (Shazeer, 2020).
 *
 * @param gate name of the linear layer, and so on
 * @param size values between input and output
 * @param bias whether the three have one
 */
record SwiGlu(String gate, String up, String down, int width, int size, boolean bias) implements FeedForward {

    /** Named as most families do, below {@code prefix}. */
    static SwiGlu of(String prefix, int width, int size, boolean bias) {
        return new SwiGlu(prefix + ".gate_proj", prefix + ".up_proj", prefix + ".down_proj", width, size, bias);
    }

    @Override
    public List<Weight> weights() {
        List<Weight> weights = new ArrayList<>();
        for (String module : List.of(gate, up)) {
            weights.add(Weight.linear(Weight.Role.FeedForward, module, size, width));
            if (bias) {
                weights.add(Weight.bias(module, size));
            }
        }
        weights.add(Weight.linear(Weight.Role.FeedForward, down, width, size));
        if (bias) {
            weights.add(Weight.bias(down, width));
        }
        return weights;
    }

    @Override
    public String text() {
        return lines("m", "d", "y");
    }

    /** The same lines with other names: linear layers' inputs have a variable each. */
    String lines(String input, String between, String output) {
        return """
                %2$s = torch.silu(@%4$s(%1$s)) * @%5$s(%1$s)
                %3$s = @%6$s(%2$s)
                """.formatted(input, between, output, gate, up, down);
    }

    @Override
    public boolean routed() {
        return false;
    }

    @Override
    public long inner() {
        return size;
    }
}
