package dev.potstill.trainer.engine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;

/** The threads under libtorch's arithmetic. GNU OpenMP reads its settings from the environment when it is loaded. */
final class OpenMp {
    /**
     * Turns a waiting thread spins before it sleeps: some hundred microseconds. By default it is 300,000, some milliseconds, which on
     * a busy machine are those that the thread it waits for would need: two threads on two busy cores were ten times slower than one.
     * With 1,000 threads fall asleep between the parts of a layer, and a step of training takes a sixth longer.
     */
    private static final String SPINS = "10000";

    private OpenMp() {}

    /** Has threads sleep soon, unless the environment says how they are to wait. To be called before libtorch is loaded. */
    static void letWaitingThreadsSleep() {
        if (System.getenv("OMP_WAIT_POLICY") == null) {
            setenv("GOMP_SPINCOUNT", SPINS);
        }
    }

    /** Sets a variable that is not set yet; Java's own view of the environment stays as it was. */
    private static void setenv(String name, String value) {
        Linker linker = Linker.nativeLinker();
        var setenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int status = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 0);
            if (status != 0) {
                throw new IllegalStateException("setenv(" + name + ") = " + status);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
