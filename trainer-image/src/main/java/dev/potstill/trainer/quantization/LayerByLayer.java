package dev.potstill.trainer.quantization;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Weight;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Quantises a model from the first layer to the last: each layer is fitted on what the layers below it, already quantised, put out.
 */
public final class LayerByLayer {
    private final LanguageModel model;
    private final Gptq gptq;
    private final LayerFiles files;
    private final ProgressBoard progress;
    private final StopSignal stop;

    public LayerByLayer(LanguageModel model, Gptq gptq, LayerFiles files, ProgressBoard progress, StopSignal stop) {
        this.model = model;
        this.gptq = gptq;
        this.files = files;
        this.progress = progress;
        this.stop = stop;
    }

    /** The linear layers of layer l, in the order of their inputs. */
    static List<Weight> linears(LanguageModel model, int l) {
        return model.config().blocks().get(l).linears();
    }

    static String name(int layer, String weight) {
        return "model.layers." + layer + "." + weight;
    }

    /** Makes every layer's file that is not there yet. The linear layers of {@code model} are used up. */
    public void run(CalibrationRows rows) {
        int layers = model.config().layers();
        int finished = files.finished();
        progress.begin("quantising", finished, layers);
        try (Activations activations = new Activations(model, rows, stop)) {
            for (int l = 0; l < layers; l++) {
                stop.check();
                if (l >= finished) {
                    round(activations, l);
                }
                putBack(l);
                activations.advance(l);
                drop(l);
                if (l >= finished) {
                    progress.advance(l + 1, rows.tokens(), Map.of("outputError", LayerErrors.mean(files.errors(l))));
                }
            }
        }
    }

    private void round(Activations activations, int l) {
        try (Scope scope = Scope.open()) {
            List<Weight> linears = linears(model, l);
            List<Gptq.Curvature> curvatures = activations.curvatures(scope, l, gptq);
            List<TensorEntry> entries = new ArrayList<>();
            float[] errors = new float[linears.size()];
            for (int i = 0; i < errors.length; i++) {
                stop.check();
                Tensor weight =
                        Ops.contiguous(scope, model.get(name(l, linears.get(i).name())), ElementType.F32);
                Gptq.Rounded rounded = gptq.round(scope, weight, curvatures.get(i), ElementType.F16);
                errors[i] = (float) Gptq.error(curvatures.get(i), weight, gptq.weight(scope, rounded));
                entries.addAll(Packing.entries(scope, name(l, linears.get(i).module()), rounded, gptq.bits()));
            }
            files.save(l, entries, errors);
        }
    }

    /** Lets the model compute with what was saved of a layer. */
    private void putBack(int l) {
        try (Weights dequantised = files.dequantised(l, gptq.layout());
                Scope scope = Scope.open()) {
            for (Weight linear : linears(model, l)) {
                TensorEntry entry = dequantised.get(name(l, linear.name()));
                long[] shape =
                        linear.shape().stream().mapToLong(Long::longValue).toArray();
                Tensor mapped = Tensor.over(scope, entry.bytes(), entry.type(), shape);
                model.replace(name(l, linear.name()), Ops.copy(scope, mapped, model.type()));
            }
        }
    }

    /** Frees a layer that all rows have passed. */
    private void drop(int l) {
        try (Scope scope = Scope.open()) {
            linears(model, l)
                    .forEach(linear -> model.replace(name(l, linear.name()), Tensor.zeros(scope, model.type(), 0)));
        }
    }
}
