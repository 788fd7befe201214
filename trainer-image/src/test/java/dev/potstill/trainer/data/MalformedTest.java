package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines that are not what they should be. */
class MalformedTest extends Collecting {
    @Test
    void past_the_share_of_malformed_lines_the_first_places_are_named() throws IOException {
        List<String> lines = new ArrayList<>(Collections.nCopies(98, chat("What is 3+4, doubled?", REASONING)));
        lines.add(40, "not JSON");
        lines.add(70, "{\"question\": 5, \"answer\": \"b\"}");
        Path file = Files.write(folder.resolve("chats.jsonl"), lines);
        assertThatThrownBy(() -> collect(spec("{uri: chats.jsonl}"), "one"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED))
                .hasMessageContaining(file.toAbsolutePath() + ":41: found no JSON object")
                .hasMessageContaining(file.toAbsolutePath() + ":71: question: found the number 5")
                .hasMessageContaining("found 2 malformed of 100 lines, expected at most 1 (1 %)");
        lines.remove(70);
        Files.write(file, lines);
        lines.add(chat("What is 3+4, doubled?", REASONING));
        Files.write(file, lines);
        assertThat(collect(spec("{uri: chats.jsonl}"), "two").counts()).containsEntry("rows.malformed", 1L);
    }

    @Test
    void each_way_to_be_malformed_is_set_apart() throws IOException {
        Path file = folder.resolve("chats.jsonl");
        try (var out = Files.newOutputStream(file)) {
            out.write((chat("good?", REASONING) + "\n").getBytes(StandardCharsets.UTF_8));
            out.write(new byte[] {'{', 0, '}', '\n'});
            out.write(new byte[] {'{', '"', (byte) 0xC3, 0x28, '"', '}', '\n'});
            out.write("{\"question\": \"a\\ud800\", \"answer\": \"b\"}\n[]\n{\"other\": 1}\n"
                    .getBytes(StandardCharsets.UTF_8));
            out.write('{');
            byte[] piece = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 50; i++) {
                out.write(piece);
            }
            out.write(("}\n" + chat("good too?", REASONING)).getBytes(StandardCharsets.UTF_8));
        }
        Phase collected = collect(spec("{uri: chats.jsonl}", "filter: {maxMalformedPercent: 100}"), "one");
        assertThat(collected.counts()).containsEntry("rows.read", 2L).containsEntry("rows.malformed", 6L);
        assertThat(rows(collected.file(DataFiles.QUARANTINE)))
                .extracting(row -> row.path("line").asInt() + " "
                        + row.path("what").asText().split(",")[0])
                .containsExactly(
                        "2 found a NUL byte",
                        "3 found bytes that are not UTF-8",
                        "4 question: found half of a surrogate pair",
                        "5 found a list",
                        "6 found the fields other",
                        "7 found a line of more than 16");
    }
}
