package dev.potstill.trainer.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltinModelsTest {
    private static final String TEACHER = "builtin://word-problem-teacher";

    @TempDir
    Path cache;

    @Test
    void what_is_there_is_not_written_again_and_what_is_not_as_it_should_be_is() throws IOException {
        Path folder = BuiltinModels.unpack(TEACHER, cache);
        Path weights = folder.resolve("model.safetensors");
        Path config = folder.resolve("config.json");
        Object written = inode(weights);
        String right = Files.readString(config);
        Files.writeString(config, right.replace('1', '2'));

        assertThat(BuiltinModels.unpack(TEACHER, cache)).isEqualTo(folder);
        assertThat(inode(weights)).isEqualTo(written);
        assertThat(config).hasContent(right);
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }
}
