package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The layers of a model, ready to compute: equal blocks share a script, each with its own weights. */
final class Layers implements AutoCloseable {
    private final List<Block> blocks;
    private final ModelWeights weights;
    private final Adapters adapters;
    private final Map<Block, Script> scripts = new HashMap<>();
    private final List<List<String>> names = new ArrayList<>();

    Layers(List<Block> blocks, ModelWeights weights, Adapters adapters, Arithmetic arithmetic) {
        this.blocks = blocks;
        this.weights = weights;
        this.adapters = adapters;
        for (int l = 0; l < blocks.size(); l++) {
            Block block = blocks.get(l);
            scripts.computeIfAbsent(block, any -> Script.of(block.script(adapters, arithmetic)));
            List<String> all = new ArrayList<>();
            for (Weight weight : block.weights()) {
                all.add(ModelWeights.layer(l, weight.name()));
            }
            all.addAll(adapterNames(l));
            names.add(all);
        }
    }

    /** The weights of layer l that carry an adapter. */
    List<Weight> carriers(int l) {
        return blocks.get(l).weights().stream().filter(adapters::on).toList();
    }

    /** Names of layer l's adapters, A and B of each. */
    List<String> adapterNames(int l) {
        List<String> all = new ArrayList<>();
        for (Weight weight : carriers(l)) {
            all.add(a(l, weight));
            all.add(b(l, weight));
        }
        return all;
    }

    static String a(int l, Weight weight) {
        return ModelWeights.layer(l, weight.module() + ".lora_A.weight");
    }

    static String b(int l, Weight weight) {
        return ModelWeights.layer(l, weight.module() + ".lora_B.weight");
    }

    private Script script(int l) {
        Script script = scripts.get(blocks.get(l));
        if (script == null) {
            throw new IllegalStateException("closed");
        }
        return script;
    }

    List<Tensor> weights(int l) {
        return names.get(l).stream().map(weights::get).toList();
    }

    Tensor layer(Scope owner, int l, Tensor x, Packed batch) {
        return script(l).call(owner, "layer", arguments(l, x, batch));
    }

    List<Tensor> routed(Scope owner, int l, Tensor x, Packed batch) {
        return script(l).callList(owner, "routed", arguments(l, x, batch));
    }

    List<Tensor> inputs(Scope owner, int l, Tensor x, Packed batch) {
        return script(l).callList(owner, "inputs", arguments(l, x, batch));
    }

    private Object[] arguments(int l, Tensor x, Packed b) {
        return new Object[] {x, b.cos(), b.sin(), b.pad(), b.unpad(), b.rows(), b.length(), weights(l)};
    }

    Tensor prefill(Scope owner, int l, Tensor x, Packed b, Tensor keys, Tensor values) {
        return script(l)
                .call(
                        owner,
                        "prefill",
                        x,
                        b.cos(),
                        b.sin(),
                        b.pad(),
                        b.unpad(),
                        b.rows(),
                        b.length(),
                        keys,
                        values,
                        weights(l));
    }

    Tensor decode(Scope owner, int l, Tensor x, RopeTable.At position, Tensor at, Tensor mask, KeyValues cache) {
        return script(l)
                .call(
                        owner,
                        "decode",
                        x,
                        position.cos(),
                        position.sin(),
                        at,
                        mask,
                        cache.keys(l),
                        cache.values(l),
                        weights(l));
    }

    @Override
    public void close() {
        scripts.values().forEach(Script::close);
        scripts.clear();
    }
}
