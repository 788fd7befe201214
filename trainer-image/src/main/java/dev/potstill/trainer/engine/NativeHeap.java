package dev.potstill.trainer.engine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The memory of the C library, which tensors come from. What is asked of it only GNU's knows. */
public final class NativeHeap {
    private static final Optional<MethodHandle> TRIM = function("malloc_trim", JAVA_LONG);

    private static final Optional<MethodHandle> SET = function("mallopt", JAVA_INT, JAVA_INT);

    /** Options of {@code mallopt}. */
    private static final int TRIM_THRESHOLD = -1;

    private static final int MMAP_THRESHOLD = -3;

    /**
     * Bytes from which a tensor has pages of its own. Smaller ones share pieces of 64 MiB, in which large ones leave gaps that by
     * chance no other fits: docs/decisions/0022-memory-of-large-tensors.md.
     */
    private static final int LARGE = 8 << 20;

    /** Free bytes at the end of a piece that it keeps: what the library comes to by itself where no option is set. */
    private static final int KEPT = 64 << 20;

    private NativeHeap() {}

    /** Has large tensors give their memory back to the system as soon as they are closed, unless the environment says when. */
    static void giveLargeBack() {
        if (System.getenv("MALLOC_MMAP_THRESHOLD_") == null) {
            SET.ifPresent(set -> {
                call(set, MMAP_THRESHOLD, LARGE);
                call(set, TRIM_THRESHOLD, KEPT);
            });
        }
    }

    /**
     * Gives back what is free. The runtime does so once a minute, in which large tensors that come and go can
     * leave behind as much as they take.
     */
    public static void trim() {
        TRIM.ifPresent(trim -> call(trim, 0L));
    }

    private static Optional<MethodHandle> function(String name, MemoryLayout... parameters) {
        return Linker.nativeLinker()
                .defaultLookup()
                .find(name)
                .map(found -> Linker.nativeLinker().downcallHandle(found, FunctionDescriptor.of(JAVA_INT, parameters)));
    }

    private static void call(MethodHandle function, Object... arguments) {
        try {
            function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
