package dev.potstill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "1M, 1000000",
        "1Mi, 1048576",
        "200Gi, 214748364800",
        "8191Pi, 9222246136947933184",
        "8192Pi, 9223372036854775807",
        "999999999P, 9223372036854775807"
    })
    void a_size_is_its_bytes_and_at_most_what_a_long_holds(String size, long bytes) {
        assertThat(ByteSize.parse(size)).isEqualTo(bytes);
    }
}
