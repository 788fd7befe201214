package dev.potstill.trainer.engine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.LibUtils;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Three functions of libtorch's stable C shim ({@code aoti_torch_*}): tensors over memory we own, their data pointers, and
 * their element type. DJL copies at both ends and knows no bf16.
 */
final class Shim {
    /** The libtorch the shim's signatures were checked against. */
    private static final String LIBTORCH = "2.7.1";

    private static final MethodHandle FROM_BLOB;
    private static final MethodHandle DATA_POINTER;
    private static final MethodHandle TYPE;

    static {
        String version = Engine.getEngine("PyTorch").getVersion();
        if (!version.startsWith(LIBTORCH)) {
            throw new IllegalStateException("libtorch " + version + " found, " + LIBTORCH + " expected");
        }
        Path library = Path.of(LibUtils.getLibtorchPath()).resolve("libtorch_cpu.so");
        SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
        Linker linker = Linker.nativeLinker();
        FROM_BLOB = linker.downcallHandle(
                symbols.findOrThrow("aoti_torch_create_tensor_from_blob"),
                FunctionDescriptor.of(
                        JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                        ADDRESS));
        DATA_POINTER = linker.downcallHandle(
                symbols.findOrThrow("aoti_torch_get_data_ptr"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));
        TYPE = linker.downcallHandle(
                symbols.findOrThrow("aoti_torch_get_dtype"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));
    }

    private Shim() {}

    /** A contiguous tensor over {@code data}, which must outlive it; {@code type} is torch's ScalarType. */
    static long fromBlob(MemorySegment data, long[] shape, int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sizes = arena.allocateFrom(JAVA_LONG, shape.length == 0 ? new long[1] : shape);
            MemorySegment strides = arena.allocateFrom(JAVA_LONG, strides(shape));
            MemorySegment out = arena.allocate(JAVA_LONG);
            int status = (int) FROM_BLOB.invokeExact(data, (long) shape.length, sizes, strides, 0L, type, 0, -1, out);
            return checked(status, out);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static MemorySegment data(long tensor, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            int status = (int) DATA_POINTER.invokeExact(tensor, out);
            return MemorySegment.ofAddress(checked(status, out)).reinterpret(bytes);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The ScalarType of a tensor. */
    static int type(long tensor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            int status = (int) TYPE.invokeExact(tensor, out);
            return (int) checked(status, out);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static long checked(int status, MemorySegment out) {
        if (status != 0) {
            throw new IllegalStateException("libtorch's C shim answered " + status);
        }
        return out.get(JAVA_LONG, 0);
    }

    private static long[] strides(long[] shape) {
        long[] strides = new long[Math.max(1, shape.length)];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        return strides;
    }
}
