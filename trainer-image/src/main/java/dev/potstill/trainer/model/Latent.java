package dev.potstill.trainer.model;

import dev.potstill.trainer.model.Weight.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * Multi-head latent attention (DeepSeek-AI, 2024): keys and values of all heads are read out of one small latent vector a token, and
 * that vector, with one rotated key for all heads, is all that the cache holds. A decoding step never expands it: the projection to
 * keys is moved to the query, and that to values behind the attention.
 *
 * @param queryRank size of the queries' own latent; 0 where they come straight from the input
 * @param rank size of the latent vector of keys and values
 * @param plain part of a head without position
 * @param rotated part of a head that turns with its position
 * @param valueSize of a head's value
 * @param interleaved whether the turned pairs lie side by side, not half a head apart
 * @param bias whether the projections into the latents and the output projection have one
 * @param scale of the scores
 */
record Latent(
        int width,
        int heads,
        int queryRank,
        int rank,
        int plain,
        int rotated,
        int valueSize,
        boolean interleaved,
        boolean bias,
        double epsilon,
        double scale)
        implements Attention {

    static Latent of(Settings config, Rope rope) {
        int plain = config.positive("qk_nope_head_dim");
        int rotated = config.positive("qk_rope_head_dim");
        return new Latent(
                config.positive("hidden_size"),
                config.positive("num_attention_heads"),
                config.has("q_lora_rank") ? config.positive("q_lora_rank") : 0,
                config.positive("kv_lora_rank"),
                plain,
                rotated,
                config.positive("v_head_dim"),
                config.flag("rope_interleave", true),
                config.flag("attention_bias", false),
                1e-6, // its norms do not follow rms_norm_eps
                rope.sharpness() / Math.sqrt(plain + rotated));
    }

    @Override
    public List<Weight> weights() {
        List<Weight> weights = new ArrayList<>();
        long queries = (long) heads * (plain + rotated);
        if (queryRank == 0) {
            weights.add(linear("q_proj", queries, width));
        } else {
            add(weights, "q_a_proj", queryRank, width);
            weights.add(Weight.norm("self_attn.q_a_layernorm", queryRank));
            weights.add(linear("q_b_proj", queries, queryRank));
        }
        add(weights, "kv_a_proj_with_mqa", (long) rank + rotated, width);
        weights.add(Weight.norm("self_attn.kv_a_layernorm", rank));
        weights.add(linear("kv_b_proj", (long) heads * (plain + valueSize), rank));
        add(weights, "o_proj", width, (long) heads * valueSize);
        return weights;
    }

    private void add(List<Weight> weights, String module, long out, long in) {
        weights.add(linear(module, out, in));
        if (bias) {
            weights.add(Weight.bias("self_attn." + module, out));
        }
    }

    private static Weight linear(String module, long out, long in) {
        return Weight.linear(Role.Attention, "self_attn." + module, out, in);
    }

    @Override
    public Cache cache() {
        return new Cache(1, rank + rotated, 0);
    }

    // H heads; of a head P without position, D turned, V of the value; R the latent's size.
    private String filled(String text) {
        return text.replace("{H}", String.valueOf(heads))
                .replace("{P}", String.valueOf(plain))
                .replace("{D}", String.valueOf(rotated))
                .replace("{V}", String.valueOf(valueSize))
                .replace("{R}", String.valueOf(rank))
                .replace("{PD}", String.valueOf(plain + rotated))
                .replace("{PV}", String.valueOf(plain + valueSize))
                .replace("{RD}", String.valueOf(rank + rotated))
                .replace("{HV}", String.valueOf((long) heads * valueSize))
                .replace("{SCALE}", String.valueOf(scale))
                .replace("{EPS}", String.valueOf(epsilon));
    }

    @Override
    public String methods() {
        return filled("""
                def turned(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
                    if %s:
                        x = x.unflatten(-1, [-1, 2]).transpose(-1, -2).flatten(-2)
                    return self.rotate(x, cos, sin)

                def attend(self, q: Tensor, k: Tensor, v: Tensor, pad: Tensor, unpad: Tensor, rows: int, length: int) -> Tensor:
                    q = self.apart(q, pad, rows, length)
                    k = self.apart(k, pad, rows, length)
                    v = self.apart(v, pad, rows, length)
                    return self.together(torch.scaled_dot_product_attention(q, k, v, None, 0.0, True, scale={SCALE}), unpad)
                """.formatted(interleaved ? "True" : "False"));
    }

    /** The query's two parts and the latent with its turned key: what a decoding step starts from. */
    private String latents() {
        String queries = queryRank == 0 ? "q = @self_attn.q_proj(h)\n" : """
                a = torch.rms_norm(@self_attn.q_a_proj(h), [%d], @self_attn.q_a_layernorm, {EPS})
                q = @self_attn.q_b_proj(a)
                """.formatted(queryRank);
        return filled(queries + """
                q = q.view([-1, {H}, {PD}])
                qt = self.turned(q.narrow(-1, {P}, {D}), cos, sin)
                q = q.narrow(-1, 0, {P})
                c = @self_attn.kv_a_proj_with_mqa(h)
                kt = self.turned(c.narrow(-1, {R}, {D}).unsqueeze(1), cos, sin)
                c = torch.rms_norm(c.narrow(-1, 0, {R}), [{R}], @self_attn.kv_a_layernorm, {EPS})
                """);
    }

    @Override
    public String project() {
        return latents();
    }

    @Override
    public String attend() {
        return filled("""
                e = @self_attn.kv_b_proj(c).view([-1, {H}, {PV}])
                k = torch.cat([e.narrow(-1, 0, {P}), kt.expand([-1, {H}, -1])], -1)
                o = self.attend(torch.cat([q, qt], -1), k, e.narrow(-1, {P}, {V}), pad, unpad, rows, length)
                """);
    }

    @Override
    public String fill() {
        return """
                keys.narrow(2, 0, length).copy_(self.apart(torch.cat([c.unsqueeze(1), kt], -1), pad, rows, length))
                """;
    }

    @Override
    public String decode() {
        return filled("""
                keys.view([-1, {RD}]).index_copy_(0, at, torch.cat([c, kt.squeeze(1)], -1).to(keys.dtype))
                e = (@effective:self_attn.kv_b_proj).view([{H}, {PV}, {R}])
                q = torch.matmul(q.transpose(0, 1), e.narrow(1, 0, {P})).transpose(0, 1)
                q = torch.cat([q, qt], -1).unsqueeze(1)
                seen = keys.narrow(2, 0, mask.size(-1)).to(q.dtype)
                o = torch.scaled_dot_product_attention(q, seen, seen.narrow(-1, 0, {R}), mask, 0.0, False, scale={SCALE})
                o = torch.matmul(o.squeeze(1).transpose(0, 1), e.narrow(1, {P}, {V}).transpose(1, 2))
                o = o.transpose(0, 1).reshape([-1, {HV}])
                """);
    }
}
