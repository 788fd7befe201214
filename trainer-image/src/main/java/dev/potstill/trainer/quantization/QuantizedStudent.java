package dev.potstill.trainer.quantization;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.GptqConfig;
import dev.potstill.trainer.weights.HfFolder;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The finished model: quantised linear layers, and everything else in fp16, which the format's kernels compute in. */
public final class QuantizedStudent {
    private final LanguageModel model;
    private final LayerFiles files;

    public QuantizedStudent(LanguageModel model, LayerFiles files) {
        this.model = model;
        this.files = files;
    }

    /** Writes the folder that transformers, vLLM and this trainer load; gives the bytes of its tensors. */
    public long save(Path folder, GptqConfig layout, TokenizerFiles tokenizer) {
        List<Weights> layers = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            List<TensorEntry> tensors = new ArrayList<>(unquantised(scope));
            for (int l = 0; l < model.config().layers(); l++) {
                layers.add(files.stored(l));
                tensors.addAll(LayerFiles.tensors(layers.getLast()));
            }
            HfFolder.save(folder, layout.in(model.config().json()), tensors, tokenizer);
            return tensors.stream()
                    .mapToLong(tensor -> tensor.bytes().byteSize())
                    .sum();
        } finally {
            layers.forEach(Weights::close);
        }
    }

    private List<TensorEntry> unquantised(Scope scope) {
        Set<String> quantised = new HashSet<>();
        for (int l = 0; l < model.config().layers(); l++) {
            int layer = l;
            LayerByLayer.linears(model, l).forEach(linear -> quantised.add(LayerByLayer.name(layer, linear.name())));
        }
        return model.names().stream()
                .filter(name -> !quantised.contains(name))
                .map(name -> half(scope, name, model.get(name)))
                .toList();
    }

    private static TensorEntry half(Scope scope, String name, Tensor weight) {
        Tensor half = Ops.contiguous(scope, weight, ElementType.F16);
        if (!Ops.finite(half)) {
            throw Problem.unfit(
                    "the student cannot be quantised: tensor %s holds values beyond 65504, the range of fp16, which everything that is not quantised is stored in; leave Quantization out of spec.stages"
                            .formatted(name));
        }
        return Packing.entry(name, half);
    }
}
