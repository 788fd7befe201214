package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.contract.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void seal() throws Exception {
        Files.writeString(folder.resolve("questions.jsonl"), "one\ntwo\n");
        Seal.put(folder);
        Files.writeString(folder.resolve("tally.json"), "{}");
        Seal.check(folder);
    }

    @Test
    void a_file_that_was_cut_is_told_of() throws Exception {
        Files.writeString(folder.resolve("questions.jsonl"), "one\n");
        assertThatThrownBy(() -> Seal.check(folder))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("questions.jsonl: found other content than was written there");
    }

    @Test
    void a_file_that_is_gone_is_told_of() throws Exception {
        Files.delete(folder.resolve("questions.jsonl"));
        assertThatThrownBy(() -> Seal.check(folder)).hasMessageContaining("questions.jsonl");
    }
}
