package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GptqConfigTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void what_is_written_is_read_back_and_leaves_no_trace_when_removed() throws IOException {
        JsonNode plain = JSON.readTree("{\"model_type\":\"llama\",\"torch_dtype\":\"float32\"}");
        JsonNode written = GptqConfig.of(4, 64, true, 0.01).in(plain);
        assertThat(GptqConfig.of(written, "here")).contains(new GptqConfig(4, 64, true, 0.01, 1));
        assertThat(written.path("torch_dtype").asText()).isEqualTo("float16");
        assertThat(GptqConfig.of(plain, "here")).isEmpty();
        assertThat(GptqConfig.of(GptqConfig.removedFrom(written), "here")).isEmpty();
    }

    @Test
    void zero_points_of_version_2_are_stored_as_they_are() throws IOException {
        JsonNode config = JSON.readTree(
                "{\"quantization_config\":{\"quant_method\":\"gptq\",\"bits\":4,\"checkpoint_format\":\"gptq_v2\"}}");
        assertThat(GptqConfig.of(config, "here").orElseThrow().zeroOffset()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"quant_method\":\"gptq\",\"bits\":3} | quantization_config.bits: found 3, expected 4 or 8",
                "{\"quant_method\":\"gptq\"} | quantization_config.bits: found nothing",
                "{\"quant_method\":\"awq\",\"bits\":4} | quantization_config.quant_method: found \"awq\"",
                "{\"quant_method\":\"gptq\",\"bits\":4,\"checkpoint_format\":\"marlin\"} | found \"marlin\""
            })
    void a_quantisation_that_is_not_known_is_named(String quantization, String expected) throws IOException {
        JsonNode config = JSON.readTree("{\"quantization_config\":" + quantization + "}");
        assertThatThrownBy(() -> GptqConfig.of(config, "some/model"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT))
                .hasMessageStartingWith("some/model: config.json: ")
                .hasMessageContaining(expected);
    }
}
