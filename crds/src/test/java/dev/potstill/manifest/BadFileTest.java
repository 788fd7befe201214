package dev.potstill.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadFileTest {
    @TempDir
    Path folder;

    @Test
    void a_file_that_is_not_there_is_a_wrong_use_of_the_command() {
        Problem problem = refusal(folder.resolve("none.yaml"));
        assertThat(problem.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(problem).hasMessageEndingWith("none.yaml: no such file, expected a manifest such as run.yaml");
    }

    @Test
    void a_folder_is_no_manifest() {
        Problem problem = refusal(folder);
        assertThat(problem.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(problem).hasMessageEndingWith(": is a folder, expected a manifest such as run.yaml");
    }

    @Test
    void broken_yaml_is_told_by_line_and_column() throws IOException {
        assertThat(message("run.yaml", "a: b\n c: d\n")).isEqualTo(":2:3: mapping values are not allowed here");
        assertThat(message("run.yaml", "a:\n\tb: c\n")).startsWith(":2:1: found character '\\t(TAB)'");
        assertThat(message("run.yaml", "a: \"b\n")).isEqualTo(":2:1: found unexpected end of stream");
    }

    @Test
    void broken_json_is_told_by_line_and_column() throws IOException {
        assertThat(message("run.json", "{\"a\": 1,\n \"b\": }")).startsWith(":2:7: Unexpected character ('}'");
        assertThat(message("run.json", "{\"a\": 1")).startsWith(":1:8: Unexpected end-of-input");
    }

    @Test
    void a_field_given_twice_is_not_silently_the_second() throws IOException {
        assertThat(message("run.yaml", "kind: a\nkind: b\n")).contains(":2:").endsWith("Duplicate field 'kind'");
        assertThat(message("run.json", "{\"kind\": 1, \"kind\": 2}"))
                .contains(":1:")
                .endsWith("Duplicate field 'kind'");
    }

    @Test
    void an_alias_is_not_silently_the_text_of_its_name() throws IOException {
        assertThat(message("run.yaml", "a: &x {b: c}\nd: *x\n"))
                .isEqualTo(":2:4: found the alias *x, expected the value itself; write it out");
    }

    @Test
    void a_file_holds_exactly_one_run() throws IOException {
        assertThat(message("run.yaml", "")).isEqualTo(": is empty, expected a DistillationRun");
        assertThat(message("run.yaml", "# nothing\n---\n")).isEqualTo(": is empty, expected a DistillationRun");
        assertThat(message("run.yaml", "a: b\n---\nc: d\n"))
                .isEqualTo(": found 2 documents, expected one DistillationRun; split the file at the lines ---");
        assertThat(message("run.yaml", "- a\n"))
                .isEqualTo(": found a list, expected an object with apiVersion and kind");
        assertThat(message("run.yaml", "text")).startsWith(": found \"text\", expected an object");
    }

    @Test
    void bytes_that_are_not_utf_8_are_refused() throws IOException {
        Path file = Files.write(folder.resolve("run.yaml"), "a: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(refusal(file)).hasMessageEndingWith(": is not text in UTF-8, expected a manifest in YAML or JSON");
    }

    @Test
    void a_file_that_is_too_large_is_not_read() throws IOException {
        Path file = Files.write(folder.resolve("run.yaml"), new byte[2_000_000]);
        assertThat(refusal(file))
                .hasMessageContaining(": found 2000000 bytes, expected a manifest of at most 1500000;");
    }

    @Test
    void nesting_without_end_is_refused_and_not_followed() throws IOException {
        assertThat(message("run.json", "[".repeat(100_000))).contains("nesting depth");
        assertThat(message("run.yaml", "[".repeat(100_000))).contains("nesting depth");
    }

    private String message(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Problem problem = refusal(file);
        assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED);
        assertThat(problem.getMessage()).startsWith(file.toString());
        return problem.getMessage().substring(file.toString().length());
    }

    private static Problem refusal(Path file) {
        return catchThrowableOfType(Problem.class, () -> Manifest.read(file));
    }
}
