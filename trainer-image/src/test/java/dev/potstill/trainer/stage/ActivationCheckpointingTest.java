package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationCheckpointingTest {
    private static final String MIXTURE =
            "{\"architecture\": \"MoE\", \"moe\": {\"experts\": 4, \"activeExperts\": 2}}";
    private static final String ADAPTER =
            "{\"lora\": {\"rank\": 4, \"alpha\": 8, \"targets\": \"AllLinear\", \"keep\": \"Adapter\"}}";

    @TempDir
    Path folder;

    private byte[] trained(Stage stage, String student, String checkpointing) throws IOException {
        Map<String, String> settings = new HashMap<>();
        settings.put("training", "{\"activationCheckpointing\": \"%s\", \"epochs\": 1}".formatted(checkpointing));
        settings.put("student", student);
        settings.put("response", "{\"unfrozenLayers\": 2}");
        settings.put(
                "reinforcement",
                "{\"updates\": 2, \"promptsPerUpdate\": 4, \"samplesPerPrompt\": 2, \"maxTokens\": 6, \"unfrozenLayers\": 1}");
        StageContext context = TrainingRun.in(folder).context(stage, checkpointing, settings);
        Stages.of(stage).make(context);
        return TrainingRun.weights(
                context, student.equals(ADAPTER) ? "adapter_model.safetensors" : "model.safetensors");
    }

    @ParameterizedTest
    @CsvSource({"Feature, {}", "Response, {}", "Reinforcement, {}"})
    void what_is_computed_again_is_what_it_was(Stage stage, String student) throws IOException {
        assertThat(trained(stage, student, "Full")).isEqualTo(trained(stage, student, "Off"));
    }

    @ParameterizedTest
    @CsvSource({"Feature", "Response"})
    void experts_are_chosen_as_they_were(Stage stage) throws IOException {
        assertThat(trained(stage, MIXTURE, "Full")).isEqualTo(trained(stage, MIXTURE, "Off"));
    }

    @ParameterizedTest
    @CsvSource({"Feature", "Response"})
    void adapters_are_trained_alike(Stage stage) throws IOException {
        assertThat(trained(stage, ADAPTER, "Full")).isEqualTo(trained(stage, ADAPTER, "Off"));
    }
}
