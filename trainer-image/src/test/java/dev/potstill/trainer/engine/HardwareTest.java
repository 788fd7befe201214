package dev.potstill.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.weights.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardwareTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "fpu avx2 avx512f avx512_bf16 amx_tile, true",
        "fpu avx2 amx_bf16 amx_tile, true",
        "fpu avx2 avx512f avx512_vnni, false",
        "fpu avx2 f16c, false",
        "'', false"
    })
    void bf16_is_fast_where_the_processor_has_instructions_for_its_products(String flags, boolean fast)
            throws IOException {
        Path info = folder.resolve("cpuinfo");
        Files.writeString(
                info,
                "processor\t: 0\nmodel name\t: some avx512_bf16 name\nflags\t\t: %s\nbugs\t\t: none\n"
                        .formatted(flags));
        assertThat(Hardware.hasFastBf16(null, info)).isEqualTo(fast);
    }

    @Test
    void where_nothing_is_told_of_the_processor_nothing_is_taken_for_granted() {
        assertThat(Hardware.hasFastBf16(null, folder.resolve("absent"))).isFalse();
    }

    @Test
    void what_is_said_of_the_processor_counts_in_its_place() throws IOException {
        Path slow = Files.writeString(folder.resolve("cpuinfo"), "flags\t\t: fpu avx2\n");
        assertThat(Hardware.hasFastBf16("true", slow)).isTrue();
        assertThat(Hardware.hasFastBf16("false", slow)).isFalse();
        assertThat(Hardware.hasFastBf16("", slow)).isFalse();
        Refused.message(() -> Hardware.hasFastBf16("yes", slow))
                .isEqualTo("POTSTILL_FAST_BF16: found yes, expected true or false");
    }
}
