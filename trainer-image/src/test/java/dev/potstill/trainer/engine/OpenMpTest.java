package dev.potstill.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class OpenMpTest {
    @Test
    void threads_that_wait_sleep_soon_unless_the_environment_says_otherwise() throws Throwable {
        assumeTrue(System.getenv("OMP_WAIT_POLICY") == null, "skipped: OMP_WAIT_POLICY is set");
        Torch.ensureStarted();
        String expected = System.getenv().getOrDefault("GOMP_SPINCOUNT", "10000");
        assertThat(nativeVariable("GOMP_SPINCOUNT")).isEqualTo(expected);
        OpenMp.letWaitingThreadsSleep();
        assertThat(nativeVariable("GOMP_SPINCOUNT")).isEqualTo(expected);
    }

    /** As libraries see it: Java's own view is from when the process began. */
    private static String nativeVariable(String name) throws Throwable {
        Linker linker = Linker.nativeLinker();
        var getenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getenv"),
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = (MemorySegment) getenv.invokeExact(arena.allocateFrom(name));
            return value.reinterpret(Long.MAX_VALUE).getString(0);
        }
    }
}
