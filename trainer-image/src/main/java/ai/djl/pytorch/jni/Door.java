package ai.djl.pytorch.jni;

import java.io.ByteArrayInputStream;

/**
 * The one door to DJL's native PyTorch calls, which are package-private: modules run by method name with plain handles, at a
 * tenth of the cost of DJL's own wrappers. Everything here takes and gives {@code at::Tensor*} or {@code c10::IValue*}.
 */
public final class Door {
    private static final PyTorchLibrary LIB = PyTorchLibrary.LIB;
    private static final int[] CPU = {0, -1};

    private Door() {}

    public static long load(byte[] archive) {
        return LIB.moduleLoad(new ByteArrayInputStream(archive), CPU, true, new byte[4096], -1);
    }

    public static void deleteModule(long module) {
        LIB.torchDeleteModule(module);
    }

    /** Runs a method and gives its result as an IValue. Training is always on: it only keeps DJL from setting grad mode itself. */
    public static long run(long module, String method, long[] arguments) {
        return LIB.moduleRunMethod(module, method, arguments, true, false);
    }

    public static long fromTensor(long tensor) {
        return LIB.iValueFromTensor(tensor);
    }

    public static long fromTensors(long[] tensors) {
        return LIB.iValueFromTensorList(tensors);
    }

    public static long fromLong(long value) {
        return LIB.iValueFromLong(value);
    }

    public static long fromLongs(long[] values) {
        return LIB.iValueFromLongList(values);
    }

    public static long fromDouble(double value) {
        return LIB.iValueFromDouble(value);
    }

    public static long fromBool(boolean value) {
        return LIB.iValueFromBool(value);
    }

    public static long toTensor(long value) {
        return LIB.iValueToTensor(value);
    }

    public static long[] toTensors(long value) {
        return LIB.iValueToTensorList(value);
    }

    public static double toDouble(long value) {
        return LIB.iValueToDouble(value);
    }

    public static long toLong(long value) {
        return LIB.iValueToLong(value);
    }

    public static void deleteValue(long value) {
        LIB.torchDeleteIValue(value);
    }

    public static void deleteTensor(long tensor) {
        LIB.torchDeleteTensor(tensor);
    }

    public static void gradMode(boolean on) {
        LIB.torchSetGradMode(on);
    }

    public static boolean gradMode() {
        return LIB.torchIsGradMode();
    }

    /** Off: TorchScript runs as written, with ordinary autograd and no specialising passes. */
    public static void graphOptimizer(boolean on) {
        LIB.setGraphExecutorOptimize(on);
    }

    public static void requireGrad(long tensor, boolean on) {
        LIB.torchAttachGrad(tensor, on);
    }

    /** The accumulated gradient, a new reference to be deleted. */
    public static long grad(long tensor) {
        return LIB.torchGrad(tensor);
    }

    public static void backward(long tensor, long gradient) {
        LIB.torchBackward(tensor, gradient, false, false);
    }

    public static long[] sizes(long tensor) {
        return LIB.torchSizes(tensor);
    }

    public static void threads(int count) {
        LIB.torchSetNumThreads(count);
    }

    public static int threads() {
        return LIB.torchGetNumThreads();
    }
}
