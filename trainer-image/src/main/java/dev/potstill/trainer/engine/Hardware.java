package dev.potstill.trainer.engine;

import com.sun.management.OperatingSystemMXBean;
import dev.potstill.contract.ByteSize;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What this machine is fast at. */
public final class Hardware {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /** What was read: processors do not change. */
    private static final Map<Path, Boolean> KNOWN = new ConcurrentHashMap<>();

    private Hardware() {}

    /** Names the memory that may be taken, where the machine or the container does not: a size such as 16Gi. */
    public static final String MEMORY = "POTSTILL_MEMORY";

    /** Bytes of memory in all: what {@link #MEMORY} says, or else the container's, where it has a limit. */
    public static long memory() {
        return memory(System.getenv(MEMORY));
    }

    static long memory(@Nullable String set) {
        if (set == null || set.isEmpty()) {
            return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                    .getTotalMemorySize();
        }
        if (!set.matches("[1-9]\\d{0,8}[MGTP]i?")) {
            throw Problem.rejected(MEMORY + ": found " + set + ", expected a size such as 16Gi");
        }
        return ByteSize.parse(set);
    }

    /** Says in the processor's place whether it multiplies bf16 matrices in hardware: true or false. */
    public static final String FAST_BF16 = "POTSTILL_FAST_BF16";

    /** Whether the processor multiplies bf16 matrices in hardware, or {@link #FAST_BF16} says so. */
    public static boolean hasFastBf16() {
        return hasFastBf16(System.getenv(FAST_BF16), CPU_INFO);
    }

    static boolean hasFastBf16(@Nullable String set, Path cpuInfo) {
        if (set == null || set.isEmpty()) {
            return hasFastBf16(cpuInfo);
        }
        return switch (set) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Problem.rejected(FAST_BF16 + ": found " + set + ", expected true or false");
        };
    }

    private static boolean hasFastBf16(Path cpuInfo) {
        return KNOWN.computeIfAbsent(cpuInfo, Hardware::read);
    }

    private static boolean read(Path cpuInfo) {
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
