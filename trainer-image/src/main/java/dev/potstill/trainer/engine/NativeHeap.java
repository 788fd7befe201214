package dev.potstill.trainer.engine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The memory of the C library, which tensors come from. */
public final class NativeHeap {
    /** Of GNU's C library. */
    private static final Optional<MethodHandle> TRIM = Linker.nativeLinker()
            .defaultLookup()
            .find("malloc_trim")
            .map(trim -> Linker.nativeLinker().downcallHandle(trim, FunctionDescriptor.of(JAVA_INT, JAVA_LONG)));

    private NativeHeap() {}

    /**
     * Gives back what is free. The runtime does so every ten seconds (docs/planning.md), in which large tensors that come and go can
     * leave behind as much as they take.
     */
    public static void trim() {
        TRIM.ifPresent(NativeHeap::call);
    }

    private static void call(MethodHandle trim) {
        try {
            int _ = (int) trim.invokeExact(0L);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
