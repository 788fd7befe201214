package dev.potstill.trainer.loss;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import java.io.IOException;
import java.util.List;

/** Reads fp64 values of formulas, computed apart from this project. */
final class GoldenFormulas {
    private GoldenFormulas() {}

    static JsonNode golden(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Shared.folder("golden").resolve("formulas.json").toFile())
                .get(name);
    }

    static Tensor rows(Scope scope, JsonNode matrix, List<Integer> kept) {
        int width = matrix.get(0).size();
        float[] values = new float[kept.size() * width];
        for (int r = 0; r < kept.size(); r++) {
            for (int c = 0; c < width; c++) {
                values[r * width + c] = (float) matrix.get(kept.get(r)).get(c).asDouble();
            }
        }
        return Tensor.of(scope, values, kept.size(), width);
    }

    static double[] doubles(JsonNode list) {
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asDouble();
        }
        return values;
    }

    static Tensor vector(Scope scope, JsonNode list) {
        double[] values = doubles(list);
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.of(scope, floats, floats.length);
    }
}
