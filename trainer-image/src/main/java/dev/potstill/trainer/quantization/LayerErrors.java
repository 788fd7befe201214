package dev.potstill.trainer.quantization;

import dev.potstill.contract.StageReport.Point;
import dev.potstill.trainer.model.Architecture.Weight;
import dev.potstill.trainer.model.LanguageModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far quantisation moved the outputs of each linear layer, relative to their size, on the calibration rows.
 *
 * @param linears the kinds of linear layers
 * @param layers the error of each kind, of each layer
 */
public record LayerErrors(List<Weight> linears, List<float[]> layers) {

    public LayerErrors {
        linears = List.copyOf(linears);
        layers = List.copyOf(layers);
    }

    public static LayerErrors of(LanguageModel model, LayerFiles files) {
        List<float[]> layers = new ArrayList<>();
        for (int l = 0; l < model.config().layers(); l++) {
            layers.add(files.errors(l));
        }
        return new LayerErrors(LayerByLayer.linears(model), layers);
    }

    /** The mean over all, and over the layers for each kind. */
    public Map<String, Double> measures() {
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put(
                "outputError",
                curve().stream().mapToDouble(Point::value).average().orElse(0));
        for (int i = 0; i < linears.size(); i++) {
            int kind = i;
            measures.put(
                    "outputError." + linears.get(i).module(),
                    layers.stream().mapToDouble(layer -> layer[kind]).average().orElse(0));
        }
        return measures;
    }

    /** The mean of each layer. */
    public List<Point> curve() {
        List<Point> curve = new ArrayList<>();
        for (float[] errors : layers) {
            curve.add(new Point(curve.size() + 1L, mean(errors)));
        }
        return curve;
    }

    static double mean(float[] errors) {
        double sum = 0;
        for (float error : errors) {
            sum += error;
        }
        return sum / errors.length;
    }
}
