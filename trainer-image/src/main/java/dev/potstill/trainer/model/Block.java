package dev.potstill.trainer.model;

import dev.potstill.trainer.weights.ElementType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One layer of a decoder: attention, then a feed-forward part, each on the normed sum of all before it. Layers that are equal share
 * one script.
 */
public record Block(int width, double epsilon, Attention attention, FeedForward feedForward) {
    private static final String FIRST = "input_layernorm";
    private static final String SECOND = "post_attention_layernorm";
    static final String OUT = "self_attn.o_proj";

    private static final String BATCH = "cos: Tensor, sin: Tensor, pad: Tensor, unpad: Tensor, rows: int, length: int";
    private static final String CACHE = "keys: Tensor, values: Tensor";

    /** In the order in which the script takes them; linear layers in that in which they compute. */
    public List<Weight> weights() {
        List<Weight> weights = new ArrayList<>();
        weights.add(Weight.norm(FIRST, width));
        weights.addAll(attention.weights());
        weights.add(Weight.norm(SECOND, width));
        weights.addAll(feedForward.weights());
        return weights;
    }

    public List<Weight> linears() {
        return weights().stream().filter(Weight::linear).toList();
    }

    /** For each linear layer the first that has the same input. */
    public List<Integer> sharedInputs() {
        Map<String, Integer> first = new LinkedHashMap<>();
        List<Integer> shared = new ArrayList<>();
        Matcher call =
                LINEAR.matcher(attention.project() + attention.attend() + "@" + OUT + "(o)" + feedForward.text());
        List<String> names = linears().stream().map(Weight::module).toList();
        while (call.find()) {
            if (names.contains(call.group(1))) {
                int place = shared.size();
                shared.add(first.computeIfAbsent(call.group(2), any -> place));
            }
        }
        return shared;
    }

    /**
     * TorchScript methods, of which every one takes the layer's weights {@code w}, and A and B of each adapter after them. Tensors x
     * and caches are of the type that is held, cosines, sines and masks of the type that is computed in:
     *
     * <ul>
     *   <li>{@code layer(x, cos, sin, pad, unpad, rows, length, w) -> x}: a packed batch through the layer;
     *   <li>{@code routed(…) -> [x, route]}: the same, with the router's logits; only where tokens choose experts;
     *   <li>{@code prefill(x, cos, sin, pad, unpad, rows, length, keys, values, w) -> x}: the same, filling a cache;
     *   <li>{@code decode(x, cos, sin, at, mask, keys, values, w) -> x}: one token a row, on that cache, {@code at} telling of each
     *       row and head its place in the cache laid flat;
     *   <li>{@code inputs(x, cos, sin, pad, unpad, rows, length, w) -> [x, …]}: a layer, and what goes into each of its linear
     *       layers, in the order of {@link #linears}.
     * </ul>
     */
    String script(Adapters adapters, Arithmetic arithmetic) {
        Places places = new Places(weights(), adapters, arithmetic);
        String attend = attention.project() + attention.attend();
        List<String> methods = new ArrayList<>(List.of(SHARED, attention.methods()));
        methods.add(method("layer", BATCH, "Tensor", attend, "x", places, Use.LAYER));
        if (feedForward.routed()) {
            methods.add(method("routed", BATCH, "List[Tensor]", attend, "[x, route]", places, Use.LAYER));
        }
        String fill = attention.project() + attention.fill() + attention.attend();
        methods.add(method("prefill", BATCH + ", " + CACHE, "Tensor", fill, "x", places, Use.CACHE));
        String step = "cos: Tensor, sin: Tensor, at: Tensor, mask: Tensor, " + CACHE;
        methods.add(method("decode", step, "Tensor", attention.project() + attention.decode(), "x", places, Use.CACHE));
        methods.add(method(
                "inputs", BATCH, "List[Tensor]", attend, "annotate(List[Tensor], [x]) + seen", places, Use.INPUTS));
        return String.join("\n", methods);
    }

    private static final String SHARED = """
            def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
                a, b = x.chunk(2, -1)
                return x * cos + torch.cat([-b, a], -1) * sin

            def apart(self, x: Tensor, pad: Tensor, rows: int, length: int) -> Tensor:
                heads = x.size(1)
                size = x.size(2)
                if pad.numel() > 0:
                    x = torch.embedding(x.flatten(1), pad)
                return x.view([rows, length, heads, size]).transpose(1, 2)

            def together(self, x: Tensor, unpad: Tensor) -> Tensor:
                x = x.transpose(1, 2).flatten(2).flatten(0, 1)
                if unpad.numel() > 0:
                    x = torch.embedding(x, unpad)
                return x

            def widened(self, x: Tensor, w: Tensor) -> Tensor:
                # An expert that no token chose is not widened.
                if x.size(0) == 0:
                    return torch.linear(x.to(w.dtype), w).float()
                return torch.linear(x, w.float())

            def seen(self, inputs: List[Tensor], h: Tensor, y: Tensor) -> Tensor:
                inputs.append(h)
                return y
            """;

    /** What a method is called for. */
    private enum Use {
        /** To pass a layer, with gradients or without. */
        LAYER,
        /** To read with a cache, without gradients. */
        CACHE,
        /** To tell what goes into linear layers, without gradients. */
        INPUTS
    }

    private String method(
            String name, String arguments, String type, String attend, String result, Places places, Use use) {
        String body = """
                h = torch.rms_norm(x, [%1$d], @%2$s, %3$s)
                %4$sx = x + @%5$s(o)
                m = torch.rms_norm(x, [%1$d], @%6$s, %3$s)
                %7$sx = x + y
                """.formatted(width, FIRST, epsilon, attend, OUT, SECOND, feedForward.text());
        String first = use == Use.INPUTS ? "seen = annotate(List[Tensor], [])\n" : "";
        return "def %s(self, x: Tensor, %s, w: List[Tensor]) -> %s:\n%s"
                .formatted(
                        name,
                        arguments,
                        type,
                        (first + places.around(named(body, places, use)) + "return " + result).indent(4));
    }

    // ---- weights in a text, by name

    /** A linear layer on a variable: {@code @self_attn.q_proj(h)}. */
    private static final Pattern LINEAR = Pattern.compile("@([\\w.]+)\\((\\w+)\\)");

    /** A linear layer's matrix, with its adapter added to it. */
    private static final Pattern EFFECTIVE = Pattern.compile("@effective:([\\w.]+)");

    private static final Pattern PLAIN = Pattern.compile("@([\\w.]+)");

    private static String named(String text, Places places, Use use) {
        String linears = LINEAR.matcher(text).replaceAll(call -> places.linear(call.group(1), call.group(2), use));
        String matrices = EFFECTIVE.matcher(linears).replaceAll(matrix -> places.effective(matrix.group(1)));
        return PLAIN.matcher(matrices).replaceAll(weight -> places.weight(weight.group(1)));
    }

    /** Where in the list {@code w} each weight and adapter stands. */
    private static final class Places {
        /** The greatest rank at which it is faster to copy B for it: docs/performance.md. */
        private static final int NARROW = 16;

        private final Map<String, Integer> weights = new LinkedHashMap<>();
        private final Map<String, Integer> adapted = new LinkedHashMap<>();
        private final List<String> linears = new ArrayList<>();
        private final boolean narrow;
        private final double scale;
        private final boolean widened;

        Places(List<Weight> list, Adapters adapters, Arithmetic arithmetic) {
            this.widened = arithmetic.widens();
            narrow = adapters.rank() <= NARROW && arithmetic.computed() == ElementType.F32;
            scale = adapters.scale();
            int next = list.size();
            for (Weight weight : list) {
                weights.put(weight.module(), weights.size());
                if (weight.linear()) {
                    linears.add(weight.module());
                }
                if (adapters.on(weight)) {
                    adapted.put(weight.module(), next);
                    next += 2;
                }
            }
        }

        /** The lines of a layer, from x to x. */
        String around(String lines) {
            return widened ? "held = x.dtype\nx = x.float()\n" + lines + "x = x.to(held)\n" : lines;
        }

        private String tensor(int place) {
            return widened ? "w[%d].float()".formatted(place) : "w[%d]".formatted(place);
        }

        boolean isLinear(String module) {
            return linears.contains(module);
        }

        String weight(String name) {
            return tensor(place(name));
        }

        private int place(String name) {
            Integer place = weights.get(name);
            if (place == null) {
                throw new IllegalArgumentException("no weight " + name);
            }
            return place;
        }

        String linear(String module, String input, Use use) {
            String call = product(module, input);
            Integer at = adapted.get(module);
            if (at != null) {
                // Added up by the multiplication itself, in place: one pass over the outputs less, and none to take
                // them apart again.
                call = "%s.addmm_(torch.linear(%s, %s), %s, alpha=%s)"
                        .formatted(call, input, tensor(at), transposed(tensor(at + 1), use), scale);
            }
            return use == Use.INPUTS && isLinear(module) ? "self.seen(seen, %s, %s)".formatted(input, call) : call;
        }

        /**
         * An adapter's B [out, rank], transposed. PyTorch computes its gradient in the order that it lies in memory, [rank, out]
         * faster in fp32 where it is narrow; where it is not, the copy that the graph keeps is not worth it.
         */
        private String transposed(String matrix, Use use) {
            return matrix + (use == Use.LAYER && narrow ? ".t().contiguous()" : ".t()");
        }

        private String product(String module, String input) {
            boolean bias = weights.containsKey(module + ".bias");
            if (widened) {
                String product = "self.widened(%s, w[%d])".formatted(input, place(module));
                return bias ? product + ".add_(" + weight(module + ".bias") + ")" : product;
            }
            return "torch.linear(%s, %s%s)"
                    .formatted(input, weight(module), bias ? ", " + weight(module + ".bias") : "");
        }

        String effective(String module) {
            Integer at = adapted.get(module);
            return at == null
                    ? weight(module)
                    : "torch.add(%s, torch.mm(%s, %s), alpha=%s)"
                            .formatted(weight(module), tensor(at + 1), tensor(at), scale);
        }
    }
}
