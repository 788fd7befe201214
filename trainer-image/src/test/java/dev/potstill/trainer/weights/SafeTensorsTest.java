package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.Shared;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
    private static final String ONE = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

    @TempDir
    Path folder;

    @Test
    void tensorsAreReadByName() throws IOException {
        Path file = file("""
                {"__metadata__":{"format":"pt"},"b":{"dtype":"I64","shape":[],"data_offsets":[0,8]},\
                "a":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},"none":{"dtype":"BF16","shape":[0,3],"data_offsets":[16,16]}}""", buffer(16).putLong(-7).putFloat(1.5f).putFloat(-2));
        try (SafeTensors weights = SafeTensors.open(file)) {
            assertThat(weights.names()).containsExactly("b", "a", "none");
            assertThat(weights.get("b").bytes().get(ValueLayout.JAVA_LONG_UNALIGNED, 0))
                    .isEqualTo(-7);
            assertThat(weights.get("a").shape()).containsExactly(1L, 2L);
            assertThat(weights.get("a").floats()).containsExactly(1.5f, -2);
            assertThat(weights.get("none").elements()).isZero();
        }
    }

    @Test
    void tensorsAtOddAddressesAreAligned() throws IOException {
        Path file = file(ONE + " ", buffer(8).putFloat(3).putFloat(4));
        try (SafeTensors weights = SafeTensors.open(file)) {
            assertThat(weights.get("a").bytes().address() % Float.BYTES).isZero();
            assertThat(weights.get("a").floats()).containsExactly(3, 4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "llama3-tied-scaled", "mixtral-4x", "deepseek-v3"})
    void aModelThatTransformersSavedIsWrittenByteForByte(String model) throws IOException {
        Path golden = Shared.folder("golden/models").resolve(model).resolve("model.safetensors");
        Path copy = folder.resolve("model.safetensors");
        try (SafeTensors weights = SafeTensors.open(golden)) {
            List<TensorEntry> all = weights.names().stream().map(weights::get).toList();
            SafeTensorsWriter.write(copy, all.reversed());
        }
        assertThat(copy).hasSameBinaryContentAs(golden);
    }

    @Test
    void aMissingFileOrTensorIsNamed() throws IOException {
        Path absent = folder.resolve("absent.safetensors");
        Refused.message(() -> SafeTensors.open(absent)).contains(absent.toString(), "no such file");
        Path file = file(ONE, buffer(8));
        try (SafeTensors weights = SafeTensors.open(file)) {
            Refused.message(() -> weights.get("q")).contains(file.toString(), "tensor q", "among its 1 tensors");
        }
    }

    @Test
    void aFileCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(file(ONE, buffer(8)));
        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(whole, length));
            Refused.message(() -> SafeTensors.open(cut))
                    .contains("cut.safetensors")
                    .containsPattern("expected");
        }
    }

    @Test
    void bytesAfterTheTensorsAreRefused() throws IOException {
        Path file = file(ONE, buffer(9));
        Refused.message(() -> SafeTensors.open(file)).contains("holds 9 bytes", "expected 8");
    }

    @Test
    void aHeaderLengthBeyondTheFileIsRefused() throws IOException {
        Path file = folder.resolve("long.safetensors");
        Files.write(file, buffer(16).putLong(-1).array());
        Refused.message(() -> SafeTensors.open(file)).contains("header length of 18446744073709551615", "16 bytes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [1]                                                            | expected a JSON object
            {"a":                                                          | is not JSON
            {"a":1} {"b":2}                                                | is not JSON
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{}}  | is not JSON
            {"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}         | tensor a: dtype 'F31' is not known; expected one of F64, F32
            {"a":{"shape":[2],"data_offsets":[0,8]}}                       | tensor a: dtype '' is not known
            {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}         | tensor a: data_offsets [0, 8] span 8 bytes; expected 12 for F32 [3]
            {"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}        | tensor a: shape holds -2; expected whole numbers
            {"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}       | tensor a: shape holds 2.5
            {"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}           | tensor a: shape is NUMBER; expected a list
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}         | tensor a: data_offsets are [8, 0]; expected [begin, end]
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}           | tensor a: data_offsets are [0]
            {"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}} | larger than any memory
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} | tensor b begins at byte 0 of the data; expected 4
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}         | tensor a begins at byte 4 of the data; expected 0
            {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}        | is cut off: it holds 8 bytes of tensors; expected 16
            """)
    void aWrongHeaderIsRefused(String header, String says) throws IOException {
        Path file = file(header, buffer(8));
        Refused.message(() -> SafeTensors.open(file)).contains(file.toString()).contains(says);
    }

    private Path file(String header, ByteBuffer data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = buffer(8 + text.length + data.capacity())
                .putLong(text.length)
                .put(text)
                .put(data.array());
        return Files.write(folder.resolve("model.safetensors"), all.array());
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
