package dev.potstill.trainer.engine;

import ai.djl.pytorch.jni.Door;
import dev.potstill.trainer.weights.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A native tensor with an owner. Its memory is libtorch's, or memory of ours that outlives it. */
public final class Tensor implements AutoCloseable {
    /** Tensors open in this process: what a leak shows in first. */
    private static final AtomicLong ALIVE = new AtomicLong();

    private long handle;
    private Scope scope;

    private Tensor(Scope scope, long handle) {
        this.scope = scope;
        this.handle = handle;
        scope.own(this);
        ALIVE.incrementAndGet();
    }

    /** How many tensors are open. */
    public static long alive() {
        return ALIVE.get();
    }

    static Tensor of(Scope scope, long handle) {
        return new Tensor(scope, handle);
    }

    /**
     * A contiguous tensor over {@code data}, with no copy. The memory must outlive the tensor, its views and every graph it
     * takes part in; mapped weights do.
     */
    public static Tensor over(Scope scope, MemorySegment data, ElementType type, long... shape) {
        Torch.ensureStarted();
        return new Tensor(scope, Shim.fromBlob(data, shape, type.scalarType()));
    }

    public static Tensor of(Scope scope, float[] values, long... shape) {
        try (Arena arena = Arena.ofConfined()) {
            return copied(
                    scope,
                    arena.allocateFrom(ValueLayout.JAVA_FLOAT, values),
                    ElementType.F32,
                    checked(shape, values.length));
        }
    }

    public static Tensor of(Scope scope, long[] values, long... shape) {
        try (Arena arena = Arena.ofConfined()) {
            return copied(
                    scope,
                    arena.allocateFrom(ValueLayout.JAVA_LONG, values),
                    ElementType.I64,
                    checked(shape, values.length));
        }
    }

    /** A copy in libtorch's own memory, which graphs keep alive as long as they need it. */
    private static Tensor copied(Scope scope, MemorySegment data, ElementType type, long[] shape) {
        try (Tensor borrowed = over(scope, data, type, shape)) {
            return Ops.copy(scope, borrowed, type);
        }
    }

    public static Tensor zeros(Scope scope, ElementType type, long... shape) {
        return Ops.zeros(scope, type, shape);
    }

    public static Tensor scalar(Scope scope, double value) {
        return of(scope, new float[] {(float) value});
    }

    private static long[] checked(long[] shape, long values) {
        if (elements(shape) != values) {
            throw new IllegalArgumentException(values + " values do not fill the shape " + Arrays.toString(shape));
        }
        return shape;
    }

    long handle() {
        if (handle == 0) {
            throw new IllegalStateException("this tensor is closed");
        }
        return handle;
    }

    public long[] shape() {
        return Door.sizes(handle());
    }

    public long size(int dimension) {
        return shape()[dimension];
    }

    public long elements() {
        return elements(shape());
    }

    private static long elements(long[] shape) {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        return count;
    }

    public ElementType type() {
        int scalarType = Shim.type(handle());
        return Arrays.stream(ElementType.values())
                .filter(type -> type.scalarType() == scalarType)
                .findFirst()
                .orElseThrow();
    }

    /** The elements of a contiguous tensor, as they lie in memory: valid while the tensor is open. */
    public MemorySegment data() {
        return Shim.data(handle(), elements() * type().bytes());
    }

    public float[] floats() {
        try (Scope local = Scope.open()) {
            return Ops.contiguous(local, this, ElementType.F32).data().toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    public long[] longs() {
        try (Scope local = Scope.open()) {
            return Ops.contiguous(local, this, ElementType.I64).data().toArray(ValueLayout.JAVA_LONG);
        }
    }

    /** The value of a tensor of one element. */
    public double item() {
        float[] values = floats();
        if (values.length != 1) {
            throw new IllegalStateException("a tensor of " + values.length + " elements is no scalar");
        }
        return values[0];
    }

    /** Makes this a leaf that gradients gather at. */
    public Tensor requireGrad() {
        Door.requireGrad(handle(), true);
        return this;
    }

    /** The gradient gathered so far. */
    public Tensor grad(Scope owner) {
        return of(owner, Door.grad(handle()));
    }

    /** The same, or nothing where none was gathered. */
    public Optional<Tensor> gathered(Scope owner) {
        long gradient = Door.grad(handle());
        return gradient == 0 ? Optional.empty() : Optional.of(of(owner, gradient));
    }

    /** Adds d(this · gradient)/d(leaf) to every leaf this was computed from. */
    public void backward(Tensor gradient) {
        Door.backward(handle(), gradient.handle());
    }

    void moveTo(Scope other) {
        scope.release(this);
        scope = other;
        other.own(this);
    }

    @Override
    public void close() {
        if (handle != 0) {
            scope.release(this);
            Door.deleteTensor(handle);
            handle = 0;
            ALIVE.decrementAndGet();
        }
    }
}
