package dev.potstill.trainer.engine;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.Door;
import java.util.function.Supplier;

/** The PyTorch engine: started once, with its number of threads. */
public final class Torch {
    static {
        NativeHeap.giveLargeBack();
        OpenMp.letWaitingThreadsSleep();
        // Read by DJL when its native library is loaded.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        Engine.getEngine("PyTorch");
        Door.graphOptimizer(false);
        Door.gradMode(false);
        VectorMath.pick();
    }

    private Torch() {}

    /** Starts the engine. Gradients are off unless asked for by {@link #withGradients}. */
    public static void start(int threads) {
        Door.threads(threads);
    }

    public static int threads() {
        return Door.threads();
    }

    /** Runs arithmetic whose operations are recorded for {@link Tensor#backward}. */
    public static <T> T withGradients(Supplier<T> work) {
        return recording(true, work);
    }

    /** Whether operations are recorded. */
    public static boolean isRecording() {
        return Door.gradMode();
    }

    /** Runs arithmetic of which nothing is recorded. */
    public static <T> T withoutGradients(Supplier<T> work) {
        return recording(false, work);
    }

    private static <T> T recording(boolean on, Supplier<T> work) {
        boolean before = Door.gradMode();
        Door.gradMode(on);
        try {
            return work.get();
        } finally {
            Door.gradMode(before);
        }
    }

    static void ensureStarted() {
        // Runs the static initialiser.
    }
}
