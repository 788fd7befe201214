package dev.potstill.trainer.engine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this machine is fast at. */
public final class Hardware {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Hardware() {}

    /** Bytes of memory in all: the container's, where it has a limit. */
    public static long memory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    /** Whether the processor multiplies bf16 matrices in hardware. */
    public static boolean hasFastBf16() {
        return hasFastBf16(CPU_INFO);
    }

    static boolean hasFastBf16(Path cpuInfo) {
        try (Stream<String> lines = Files.lines(cpuInfo)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(flags -> flags.contains(" avx512_bf16") || flags.contains(" amx_bf16"))
                    .orElse(false);
        } catch (IOException e) {
            // Not Linux: nothing is known, so the exact type it is.
            return false;
        }
    }
}
