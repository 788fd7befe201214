package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.weights.ElementType;

/** Cosines and sines of every position, computed as far as they are asked for. */
final class RopeTable implements AutoCloseable {
    private final float[] frequencies;
    private final float scale;
    private final ElementType type;
    private final Scope scope = Scope.open();
    private At table;
    private int length;

    /** Cosines and sines [N, 1, D]. */
    record At(Tensor cos, Tensor sin) {}

    RopeTable(ModelConfig config, ElementType type) {
        this.frequencies = config.rope().frequencies(config.rotated());
        this.scale = (float) config.rope().scale();
        this.type = type;
        this.length = 256;
        this.table = build();
    }

    At at(Scope owner, long[] positions) {
        long last = 0;
        for (long position : positions) {
            last = Math.max(last, position);
        }
        if (last >= length) {
            length = Math.toIntExact(Math.max(2L * length, last + 1));
            table = build();
        }
        try (Tensor index = Tensor.of(owner, positions, positions.length)) {
            return new At(Ops.rows(owner, table.cos(), index), Ops.rows(owner, table.sin(), index));
        }
    }

    /** Angles in fp32, as transformers computes them; both halves of a head turn alike. */
    private At build() {
        int half = frequencies.length;
        float[] cos = new float[length * 2 * half];
        float[] sin = new float[cos.length];
        for (int p = 0; p < length; p++) {
            for (int i = 0; i < 2 * half; i++) {
                float angle = p * frequencies[i % half];
                cos[p * 2 * half + i] = (float) Math.cos(angle) * scale;
                sin[p * 2 * half + i] = (float) Math.sin(angle) * scale;
            }
        }
        return new At(tensor(cos, half), tensor(sin, half));
    }

    private Tensor tensor(float[] values, int half) {
        try (Tensor fp32 = Tensor.of(scope, values, length, 1, 2L * half)) {
            return Ops.copy(scope, fp32, type);
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
