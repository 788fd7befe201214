package dev.potstill.trainer.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Owns tensors: those made in it are freed when it closes, in one place and at a known time. Used by one thread. */
public final class Scope implements AutoCloseable {
    private final Set<Tensor> owned = Collections.newSetFromMap(new IdentityHashMap<>());

    private Scope() {}

    public static Scope open() {
        return new Scope();
    }

    Tensor own(Tensor tensor) {
        owned.add(tensor);
        return tensor;
    }

    void release(Tensor tensor) {
        owned.remove(tensor);
    }

    /** Takes a tensor over from the scope that owns it. */
    public Tensor adopt(Tensor tensor) {
        tensor.moveTo(this);
        return tensor;
    }

    public int size() {
        return owned.size();
    }

    @Override
    public void close() {
        List<Tensor> all = new ArrayList<>(owned);
        owned.clear();
        all.forEach(Tensor::close);
    }
}
