package dev.potstill.trainer.stage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.trainer.weights.Refused;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Models that are damaged or not known, as a stage finds them: one code, and a message that names the file and what is wrong. */
class BadModelTest {
    @TempDir
    Path folder;

    private Path weights;
    private DisturbedRun run;

    @BeforeEach
    void aSoundRun() throws IOException {
        run = DisturbedRun.in(folder, Stage.Response);
        weights = folder.resolve("teacher").resolve("model.safetensors");
    }

    @ParameterizedTest
    @EnumSource(names = {"Feature", "Response", "Reinforcement"})
    void a_nan_among_the_weights(Stage stage) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
            file.seek(file.length() - 4);
            file.write(new byte[] {0, 0, (byte) 0xC0, 0x7F});
        }
        run = DisturbedRun.in(folder.resolve("other"), stage);
        Files.copy(weights, folder.resolve("other/teacher/model.safetensors"), StandardCopyOption.REPLACE_EXISTING);
        Refused.message(ExitCode.REJECTED, () -> run.make("run"))
                .contains("teacher: tensor model.", "found NaN or infinite values, expected finite weights");
    }

    @Test
    void a_file_cut_off() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
            file.setLength(file.length() - 100);
        }
        Refused.message(ExitCode.REJECTED, () -> run.make("run")).startsWith(weights + " is cut off: it holds");
    }

    @Test
    void a_type_that_is_not_known() throws IOException {
        byte[] bytes = Files.readAllBytes(weights);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("\"F32\"");
        bytes[at + 1] = 'X';
        Files.write(weights, bytes);
        Refused.message(ExitCode.REJECTED, () -> run.make("run"))
                .startsWith(weights.toString())
                .contains("dtype 'X32' is not known; expected one of F64, F32");
    }

    @Test
    void a_folder_without_weights() throws IOException {
        Files.delete(weights);
        Refused.message(ExitCode.REJECTED, () -> run.make("run"))
                .startsWith(folder.resolve("teacher").toString())
                .contains("holds no weights; expected model.safetensors");
    }

    @ParameterizedTest
    @CsvSource({
        "model_type, \"rwkv\", model_type",
        "quantization_config, {\"quant_method\": \"awq\"}, quantization_config.quant_method: found \"awq\"",
        "num_hidden_layers, 4, model.layers.3."
    })
    void a_setting_that_is_not_supported_or_does_not_fit(String field, String value, String says) throws IOException {
        ObjectMapper json = new ObjectMapper();
        Path config = folder.resolve("teacher").resolve("config.json");
        ObjectNode changed = (ObjectNode) json.readTree(config.toFile());
        changed.set(field, json.readTree(value));
        json.writeValue(config.toFile(), changed);
        ExitCode code =
                field.equals("num_hidden_layers") || field.equals("hidden_size") ? ExitCode.REJECTED : ExitCode.UNFIT;
        Refused.message(code, () -> run.make("run")).contains(says);
    }
}
