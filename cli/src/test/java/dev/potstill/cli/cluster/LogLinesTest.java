package dev.potstill.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    private final List<String> told = new ArrayList<>();
    private final LogLines lines = new LogLines(told::add);

    private void read(String text) throws IOException {
        lines.write(text.getBytes(UTF_8));
    }

    @Test
    void times_are_taken_off_and_lines_told_when_they_are_whole() throws IOException {
        read("T1 one\nT2 tw");
        assertThat(told).containsExactly("one");
        read("o\nT3 \n");
        assertThat(told).containsExactly("one", "two", "");
        assertThat(lines.last()).isEqualTo("T3");
    }

    @Test
    void read_again_from_the_last_time_on_no_line_of_it_is_told_twice_or_lost() throws IOException {
        read("T1 one\nT2 two\nT2 three\nT2 fo");
        lines.again();
        read("T2 two\nT2 three\nT2 four\nT3 five\n");
        assertThat(told).containsExactly("one", "two", "three", "four", "five");
        lines.again();
        read("T2 four\nT3 five\nT3 six\n");
        assertThat(told).endsWith("five", "six");
    }

    @Test
    void broken_twice_at_the_same_time_it_still_counts_right() throws IOException {
        read("T1 a\nT1 b\n");
        lines.again();
        read("T1 a\n");
        lines.again();
        read("T1 a\nT1 b\nT1 c\n");
        assertThat(told).containsExactly("a", "b", "c");
    }

    @Test
    void a_last_line_without_an_end_is_told_at_the_end() throws IOException {
        read("T1 one\nT2 two");
        lines.close();
        assertThat(told).containsExactly("one", "two");
    }
}
