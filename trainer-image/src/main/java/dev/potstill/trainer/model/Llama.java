package dev.potstill.trainer.model;

import java.util.ArrayList;
import java.util.List;

/** Llama: RMSNorm, rotary positions, grouped-query attention, SwiGLU (Touvron et al., 2023). */
record Llama(ModelConfig config) implements Architecture {

    @Override
    public List<Weight> layerWeights() {
        long width = config.width();
        long queries = (long) config.heads() * config.headSize();
        long keys = (long) config.kvHeads() * config.headSize();
        long inner = config.inner();
        return List.of(
                new Weight("input_layernorm.weight", List.of(width)),
                new Weight("self_attn.q_proj.weight", List.of(queries, width)),
                new Weight("self_attn.k_proj.weight", List.of(keys, width)),
                new Weight("self_attn.v_proj.weight", List.of(keys, width)),
                new Weight("self_attn.o_proj.weight", List.of(width, queries)),
                new Weight("post_attention_layernorm.weight", List.of(width)),
                new Weight("mlp.gate_proj.weight", List.of(inner, width)),
                new Weight("mlp.up_proj.weight", List.of(inner, width)),
                new Weight("mlp.down_proj.weight", List.of(width, inner)));
    }

    // Shapes: N tokens of all rows, R rows of at most T tokens, H heads on K key heads (G = H / K), D the head size, S
    // places
    // in the cache. Linear layers see only real tokens; attention sees each row alone, padded to the longest.
    private static final String TEXT = """
            def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
                a, b = x.chunk(2, -1)
                return x * cos + torch.cat([-b, a], -1) * sin

            def apart(self, x: Tensor, pad: Tensor, rows: int, length: int) -> Tensor:
                if pad.numel() > 0:
                    x = torch.embedding(x.flatten(1), pad).view([-1, x.size(1), @D@])
                return x.view([rows, length, x.size(1), @D@]).transpose(1, 2)

            def together(self, x: Tensor, unpad: Tensor) -> Tensor:
                x = x.transpose(1, 2).reshape([-1, @H@ * @D@])
                if unpad.numel() > 0:
                    x = torch.embedding(x, unpad)
                return x

            def grouped(self, x: Tensor) -> Tensor:
                if @G@ == 1:
                    return x
                x = x.unsqueeze(2).expand([-1, -1, @G@, -1, -1])
                return x.reshape([x.size(0), @H@, x.size(3), @D@])

            def lora(self, x: Tensor, w: Tensor, a: Tensor, b: Tensor) -> Tensor:
                return torch.add(torch.linear(x, w), torch.linear(torch.linear(x, a), b), alpha=@SCALE@)

            def attend(self, q: Tensor, k: Tensor, v: Tensor, pad: Tensor, unpad: Tensor, rows: int, length: int) -> Tensor:
                q = self.apart(q, pad, rows, length)
                k = self.grouped(self.apart(k, pad, rows, length))
                v = self.grouped(self.apart(v, pad, rows, length))
                return self.together(torch.scaled_dot_product_attention(q, k, v, None, 0.0, True), unpad)

            def feed_forward(self, x: Tensor, w: List[Tensor]) -> Tensor:
                h = torch.rms_norm(x, [@WIDTH@], w[5], @EPS@)
                h = torch.silu(@gate@) * @up@
                return x + @down@

            def layer(self, x: Tensor, cos: Tensor, sin: Tensor, pad: Tensor, unpad: Tensor, rows: int, length: int, w: List[Tensor]) -> Tensor:
                h = torch.rms_norm(x, [@WIDTH@], w[0], @EPS@)
                q = self.rotate(@q@.view([-1, @H@, @D@]), cos, sin)
                k = self.rotate(@k@.view([-1, @K@, @D@]), cos, sin)
                v = @v@.view([-1, @K@, @D@])
                h = self.attend(q, k, v, pad, unpad, rows, length)
                return self.feed_forward(x + @o@, w)

            def prefill(self, x: Tensor, cos: Tensor, sin: Tensor, pad: Tensor, unpad: Tensor, rows: int, length: int, keys: Tensor, values: Tensor, w: List[Tensor]) -> Tensor:
                h = torch.rms_norm(x, [@WIDTH@], w[0], @EPS@)
                q = self.rotate(@q@.view([-1, @H@, @D@]), cos, sin)
                k = self.rotate(@k@.view([-1, @K@, @D@]), cos, sin)
                v = @v@.view([-1, @K@, @D@])
                keys.narrow(2, 0, length).copy_(self.apart(k, pad, rows, length))
                values.narrow(2, 0, length).copy_(self.apart(v, pad, rows, length))
                h = self.attend(q, k, v, pad, unpad, rows, length)
                return self.feed_forward(x + @o@, w)

            def decode(self, x: Tensor, cos: Tensor, sin: Tensor, at: Tensor, mask: Tensor, keys: Tensor, values: Tensor, w: List[Tensor]) -> Tensor:
                h = torch.rms_norm(x, [@WIDTH@], w[0], @EPS@)
                q = self.rotate(@q@.view([-1, @H@, @D@]), cos, sin).view([-1, @K@, @G@, @D@])
                k = self.rotate(@k@.view([-1, @K@, @D@]), cos, sin)
                v = @v@.view([-1, @K@, @D@])
                keys.view([-1, @D@]).index_copy_(0, at, k.view([-1, @D@]))
                values.view([-1, @D@]).index_copy_(0, at, v.view([-1, @D@]))
                used = mask.size(-1)
                h = torch.scaled_dot_product_attention(q, keys.narrow(2, 0, used), values.narrow(2, 0, used), mask)
                h = h.reshape([-1, @H@ * @D@])
                return self.feed_forward(x + @o@, w)

            def inputs(self, x: Tensor, cos: Tensor, sin: Tensor, pad: Tensor, unpad: Tensor, rows: int, length: int, w: List[Tensor]) -> List[Tensor]:
                a = torch.rms_norm(x, [@WIDTH@], w[0], @EPS@)
                q = self.rotate(torch.linear(a, w[1]).view([-1, @H@, @D@]), cos, sin)
                k = self.rotate(torch.linear(a, w[2]).view([-1, @K@, @D@]), cos, sin)
                v = torch.linear(a, w[3]).view([-1, @K@, @D@])
                o = self.attend(q, k, v, pad, unpad, rows, length)
                x = x + torch.linear(o, w[4])
                m = torch.rms_norm(x, [@WIDTH@], w[5], @EPS@)
                d = torch.silu(torch.linear(m, w[6])) * torch.linear(m, w[7])
                return [x + torch.linear(d, w[8]), a, a, a, o, m, m, d]
            """;

    @Override
    public String script(Adapters adapters) {
        String text = TEXT.replace("@WIDTH@", String.valueOf(config.width()))
                .replace("@EPS@", String.valueOf(config.epsilon()))
                .replace("@H@", String.valueOf(config.heads()))
                .replace("@K@", String.valueOf(config.kvHeads()))
                .replace("@G@", String.valueOf(config.heads() / config.kvHeads()))
                .replace("@D@", String.valueOf(config.headSize()))
                .replace("@SCALE@", String.valueOf(adapters.scale()));
        List<Weight> weights = layerWeights();
        List<String> carriers = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            if (weights.get(i).linear()) {
                String module = weights.get(i).module();
                String short_ = module.substring(module.indexOf('.') + 1).replace("_proj", "");
                text = text.replace(
                        "@" + short_ + "@", linear(i, adapters.on(module) ? carriers.size() : -1, weights.size()));
                if (adapters.on(module)) {
                    carriers.add(module);
                }
            }
        }
        return text;
    }

    /** The call of a linear layer on h; adapter pairs follow the layer's own weights. */
    private static String linear(int weight, int adapter, int weights) {
        if (adapter < 0) {
            return "torch.linear(h, w[" + weight + "])";
        }
        int a = weights + 2 * adapter;
        return "self.lora(h, w[" + weight + "], w[" + a + "], w[" + (a + 1) + "])";
    }
}
