package dev.potstill.trainer.model;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.TensorEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights in a model's files, which are of the shape that its config says and finite.
 *
 * @param type what they are converted to, but for constants
 */
record StoredWeights(ModelFiles files, ElementType type) {
    /** Of a weight in memory that others share. */
    static final long ALIGNMENT = 64;

    /** The weight that is stored by this name: over the files' own memory where nothing has to change. */
    Tensor read(Scope scope, String stored, Weight weight) {
        try (Arena decoded = Arena.ofConfined();
                Scope local = Scope.open()) {
            TensorEntry entry = entry(stored, weight, decoded);
            ElementType kept = weight.type(type);
            Tensor found = Tensor.over(local, entry.bytes(), entry.type(), weight.sizes());
            Tensor tensor = entry.isIn(decoded) ? Ops.copy(local, found, kept) : Ops.contiguous(local, found, kept);
            requireFinite(stored, tensor);
            return scope.adopt(tensor);
        }
    }

    /** Reads these one after the other into memory of {@link #bytes}; gives the place of each. */
    Map<String, MemorySegment> read(List<Weight> weights, MemorySegment into) {
        Map<String, MemorySegment> places = new LinkedHashMap<>();
        long at = 0;
        for (Weight weight : weights) {
            MemorySegment place = into.asSlice(at, weight.bytes(type));
            read(weight, place);
            places.put(weight.name(), place);
            at += aligned(place.byteSize());
        }
        return places;
    }

    /** What these take, one after the other. */
    long bytes(List<Weight> weights) {
        return weights.stream().mapToLong(weight -> aligned(weight.bytes(type))).sum();
    }

    private void read(Weight weight, MemorySegment into) {
        try (Arena decoded = Arena.ofConfined();
                Scope local = Scope.open()) {
            TensorEntry entry = entry(weight.name(), weight, decoded);
            ElementType kept = weight.type(type);
            Tensor tensor = Tensor.over(local, into, kept, weight.sizes());
            if (entry.type() == kept) {
                into.copyFrom(entry.bytes());
            } else {
                Ops.assign(tensor, Tensor.over(local, entry.bytes(), entry.type(), weight.sizes()));
            }
            requireFinite(weight.name(), tensor);
        }
    }

    private TensorEntry entry(String stored, Weight weight, Arena decoded) {
        TensorEntry entry = files.weights().get(stored, decoded);
        if (!entry.shape().equals(weight.shape())) {
            throw Problem.rejected("%s: tensor %s: found shape %s, expected %s from its config"
                    .formatted(files.origin(), stored, entry.shape(), weight.shape()));
        }
        return entry;
    }

    private void requireFinite(String stored, Tensor tensor) {
        if (!Ops.finite(tensor)) {
            throw Problem.rejected(
                    "%s: tensor %s: found NaN or infinite values, expected finite weights; the file is damaged"
                            .formatted(files.origin(), stored));
        }
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }
}
