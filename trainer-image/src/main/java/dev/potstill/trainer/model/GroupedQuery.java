package dev.potstill.trainer.model;

import dev.potstill.trainer.model.Weight.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention whose queries share keys and values in groups (Ainslie et al., 2023), with rotary positions.
 *
 * @param kvHeads heads of keys and values; divides {@code heads}
 * @param bias whether the projections to queries, keys and values have one
 * @param outBias whether the output projection has one
 * @param normed whether queries and keys are normed, head by head
 * @param window how many tokens back a token sees, itself counted; 0 for all
 */
record GroupedQuery(
        int width,
        int heads,
        int kvHeads,
        int headSize,
        double epsilon,
        boolean bias,
        boolean outBias,
        boolean normed,
        int window)
        implements Attention {

    /** As Llama has it. */
    static GroupedQuery of(Settings config, int kvHeads, int headSize) {
        int width = config.positive("hidden_size");
        int heads = config.positive("num_attention_heads");
        int keys = config.positive("num_key_value_heads", kvHeads == 0 ? heads : kvHeads);
        if (heads % keys != 0) {
            throw dev.potstill.contract.Problem.unfit(
                    "%s: num_key_value_heads: found %d, expected a divisor of num_attention_heads = %d"
                            .formatted(config.origin(), keys, heads));
        }
        int size = config.positive("head_dim", headSize == 0 ? width / heads : headSize);
        return new GroupedQuery(width, heads, keys, size, config.number("rms_norm_eps", 1e-6), false, false, false, 0);
    }

    GroupedQuery withBias(boolean inputs, boolean output) {
        return new GroupedQuery(width, heads, kvHeads, headSize, epsilon, inputs, output, normed, window);
    }

    GroupedQuery withNorms() {
        return new GroupedQuery(width, heads, kvHeads, headSize, epsilon, bias, outBias, true, window);
    }

    GroupedQuery withWindow(int tokens) {
        return new GroupedQuery(width, heads, kvHeads, headSize, epsilon, bias, outBias, normed, tokens);
    }

    @Override
    public List<Weight> weights() {
        List<Weight> weights = new ArrayList<>();
        long queries = (long) heads * headSize;
        long keys = (long) kvHeads * headSize;
        add(weights, "q", queries, width, bias);
        add(weights, "k", keys, width, bias);
        add(weights, "v", keys, width, bias);
        add(weights, "o", width, queries, outBias);
        if (normed) {
            weights.add(Weight.norm("self_attn.q_norm", headSize));
            weights.add(Weight.norm("self_attn.k_norm", headSize));
        }
        return weights;
    }

    private static void add(List<Weight> weights, String letter, long out, long in, boolean bias) {
        String module = "self_attn." + letter + "_proj";
        weights.add(Weight.linear(Role.Attention, module, out, in));
        if (bias) {
            weights.add(Weight.bias(module, out));
        }
    }

    @Override
    public Cache cache() {
        return new Cache(kvHeads, headSize, headSize);
    }

    @Override
    public int rotated() {
        return headSize;
    }

    // H heads on K key heads, G = H / K, of size D.
    private String filled(String text) {
        return text.replace("{H}", String.valueOf(heads))
                .replace("{K}", String.valueOf(kvHeads))
                .replace("{G}", String.valueOf(heads / kvHeads))
                .replace("{D}", String.valueOf(headSize))
                .replace("{HD}", String.valueOf((long) heads * headSize))
                .replace("{WINDOW}", String.valueOf(window))
                .replace("{EPS}", String.valueOf(epsilon));
    }

    @Override
    public String methods() {
        return filled("""
                def grouped(self, x: Tensor) -> Tensor:
                    if {G} == 1:
                        return x
                    x = x.unsqueeze(2).expand([-1, -1, {G}, -1, -1])
                    return x.reshape([x.size(0), {H}, x.size(3), {D}])

                def attend(self, q: Tensor, k: Tensor, v: Tensor, pad: Tensor, unpad: Tensor, rows: int, length: int) -> Tensor:
                    q = self.apart(q, pad, rows, length)
                    k = self.grouped(self.apart(k, pad, rows, length))
                    v = self.grouped(self.apart(v, pad, rows, length))
                    if {WINDOW} > 0 and length > {WINDOW}:
                        seen = torch.ones([length, length], dtype=11, device=q.device).tril().triu(1 - {WINDOW})
                        o = torch.scaled_dot_product_attention(q, k, v, seen)
                    else:
                        o = torch.scaled_dot_product_attention(q, k, v, None, 0.0, True)
                    return self.together(o, unpad)

                def near(self, mask: Tensor) -> Tensor:
                    if {WINDOW} > 0 and mask.size(-1) > {WINDOW}:
                        count = (mask > -1).sum(-1, keepdim=True)
                        far = torch.arange(mask.size(-1), device=mask.device) < count - {WINDOW}
                        mask = mask.masked_fill(far, -float('inf'))
                    return mask
                """);
    }

    @Override
    public String project() {
        String text = normed ? """
                q = torch.rms_norm(@self_attn.q_proj(h).view([-1, {H}, {D}]), [{D}], @self_attn.q_norm, {EPS})
                q = self.rotate(q, cos, sin)
                k = torch.rms_norm(@self_attn.k_proj(h).view([-1, {K}, {D}]), [{D}], @self_attn.k_norm, {EPS})
                k = self.rotate(k, cos, sin)
                v = @self_attn.v_proj(h).view([-1, {K}, {D}])
                """ : """
                q = self.rotate(@self_attn.q_proj(h).view([-1, {H}, {D}]), cos, sin)
                k = self.rotate(@self_attn.k_proj(h).view([-1, {K}, {D}]), cos, sin)
                v = @self_attn.v_proj(h).view([-1, {K}, {D}])
                """;
        return filled(text);
    }

    @Override
    public String attend() {
        return "o = self.attend(q, k, v, pad, unpad, rows, length)\n";
    }

    @Override
    public String fill() {
        return """
                keys.narrow(2, 0, length).copy_(self.apart(k, pad, rows, length))
                values.narrow(2, 0, length).copy_(self.apart(v, pad, rows, length))
                """;
    }

    @Override
    public String decode() {
        return filled("""
                keys.view([-1, {D}]).index_copy_(0, at, k.view([-1, {D}]).to(keys.dtype))
                values.view([-1, {D}]).index_copy_(0, at, v.view([-1, {D}]).to(keys.dtype))
                used = mask.size(-1)
                q = q.view([-1, {K}, {G}, {D}])
                k = keys.narrow(2, 0, used).to(q.dtype)
                v = values.narrow(2, 0, used).to(q.dtype)
                o = torch.scaled_dot_product_attention(q, k, v, self.near(mask))
                o = o.reshape([-1, {HD}])
                """);
    }
}
