package dev.potstill.trainer.stage;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.run.Draws;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Matrices [teacher's width, student's width] that take a student's hidden states to a teacher's (Romero et al., 2015), by student
 * layer; trained beside the student's weights, and no part of it.
 */
record Projections(Scope scope, Map<Integer, Tensor> matrices) implements AutoCloseable {

    static Projections none() {
        return new Projections(Scope.open(), Map.of());
    }

    /** One for each pair: uniform in ±1/√width as adapters begin, or the identity where it fits. */
    static Projections between(LayerPairs pairs, int student, int teacher, long seed) {
        Scope scope = Scope.open();
        Map<Integer, Tensor> matrices = new LinkedHashMap<>();
        for (LayerPairs.Pair pair : pairs.pairs()) {
            float[] values = student == teacher
                    ? identity(student)
                    : AdapterStart.uniform(student * teacher, 1 / Math.sqrt(student), Draws.of(seed, pair.student()));
            matrices.put(pair.student(), Tensor.of(scope, values, teacher, student));
        }
        return new Projections(scope, matrices);
    }

    private static float[] identity(int width) {
        float[] values = new float[width * width];
        for (int i = 0; i < width; i++) {
            values[i * width + i] = 1;
        }
        return values;
    }

    Optional<Tensor> of(int studentLayer) {
        return Optional.ofNullable(matrices.get(studentLayer));
    }

    /** By the names they have in checkpoints. */
    Map<String, Tensor> trained() {
        Map<String, Tensor> named = new LinkedHashMap<>();
        matrices.forEach((layer, matrix) -> named.put("projection." + layer, matrix));
        return named;
    }

    @Override
    public void close() {
        scope.close();
    }
}
