package dev.potstill.trainer.engine;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.Door;
import java.util.function.Supplier;

/** The PyTorch engine: started once, with its number of threads. */
public final class Torch {
    static {
        OpenMp.letWaitingThreadsSleep();
        // Read by DJL when its native library is loaded.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        Engine.getEngine("PyTorch");
        Door.graphOptimizer(false);
        Door.gradMode(false);
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
        Door.gradMode(true);
        try {
            return work.get();
        } finally {
            Door.gradMode(false);
        }
    }

    static void ensureStarted() {
        // Runs the static initialiser.
    }
}
