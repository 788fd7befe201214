package dev.potstill.trainer.quantization;

import dev.potstill.contract.StageReport.Point;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far quantisation moved the outputs of each linear layer, relative to their size, on the calibration rows.
 *
 * @param linears the linear layers of each layer
 * @param layers the error of each of them
 */
public record LayerErrors(List<List<Weight>> linears, List<float[]> layers) {

    public LayerErrors {
        linears = List.copyOf(linears);
        layers = List.copyOf(layers);
    }

    public static LayerErrors of(LanguageModel model, LayerFiles files) {
        List<List<Weight>> linears = new ArrayList<>();
        List<float[]> layers = new ArrayList<>();
        for (int l = 0; l < model.config().layers(); l++) {
            linears.add(LayerByLayer.linears(model, l));
            layers.add(files.errors(l));
        }
        return new LayerErrors(linears, layers);
    }

    /** The mean over all, and over the layers for each kind. */
    public Map<String, Double> measures() {
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put(
                "outputError",
                curve().stream().mapToDouble(Point::value).average().orElse(0));
        Map<String, List<Double>> kinds = new LinkedHashMap<>();
        for (int l = 0; l < layers.size(); l++) {
            for (int i = 0; i < layers.get(l).length; i++) {
                // One for all experts.
                String kind = linears.get(l).get(i).module().replaceAll("experts\\.\\d+", "experts");
                kinds.computeIfAbsent(kind, any -> new ArrayList<>()).add((double) layers.get(l)[i]);
            }
        }
        kinds.forEach((kind, errors) -> measures.put(
                "outputError." + kind,
                errors.stream().mapToDouble(Double::doubleValue).average().orElse(0)));
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
