package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardedSafeTensorsTest {
    @TempDir
    Path folder;

    @BeforeEach
    void twoShards() {
        shard("model-00001-of-00002.safetensors", "a", 1);
        shard("model-00002-of-00002.safetensors", "b", 2);
    }

    @Test
    void tensorsComeFromTheShardThatTheIndexNames() throws IOException {
        Path index = index("{\"b\":\"model-00002-of-00002.safetensors\",\"a\":\"model-00001-of-00002.safetensors\"}");
        try (ShardedSafeTensors weights = ShardedSafeTensors.open(index)) {
            assertThat(weights.names()).containsExactly("b", "a");
            assertThat(weights.get("a").floats()).containsExactly(1);
            assertThat(weights.get("b").floats()).containsExactly(2);
            Refused.message(() -> weights.get("c")).contains(index.toString(), "tensor c not found");
        }
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        Path index = index("{\"a\":\"model-00003-of-00002.safetensors\"}");
        Refused.message(() -> ShardedSafeTensors.open(index))
                .contains(
                        folder.resolve("model-00003-of-00002.safetensors").toString(),
                        "shard not found",
                        index.toString());
    }

    @Test
    void aShardWithoutTheTensorIsNamed() throws IOException {
        Path index = index("{\"b\":\"model-00001-of-00002.safetensors\"}");
        Refused.message(() -> ShardedSafeTensors.open(index))
                .contains(folder.resolve("model-00001-of-00002.safetensors").toString(), "tensor b not found");
    }

    @Test
    void aShardElsewhereIsRefused() throws IOException {
        Path index = index("{\"b\":\"../other/model.safetensors\"}");
        Refused.message(() -> ShardedSafeTensors.open(index)).contains("../other/model.safetensors", "same folder");
    }

    @Test
    void anIndexWithoutAMapIsRefused() throws IOException {
        Path index = Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weights\":{}}");
        Refused.message(() -> ShardedSafeTensors.open(index)).contains(index.toString(), "weight_map is MISSING");
    }

    private Path index(String map) throws IOException {
        return Files.writeString(
                folder.resolve("model.safetensors.index.json"), "{\"metadata\":{},\"weight_map\":" + map + "}");
    }

    private void shard(String file, String tensor, float value) {
        try (Arena arena = Arena.ofConfined()) {
            SafeTensorsWriter.write(
                    folder.resolve(file), List.of(TensorEntry.of(tensor, List.of(1L), new float[] {value}, arena)));
        }
    }
}
