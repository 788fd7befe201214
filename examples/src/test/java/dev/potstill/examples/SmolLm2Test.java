package dev.potstill.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The example on a real model, with GSM8K's training questions as chat data. */
@EnabledIfSystemProperty(named = "potstill.long", matches = "true", disabledReason = "takes long: ./verify --long")
class SmolLm2Test {
    private static final Potstill POTSTILL = Potstill.here();

    @TempDir
    Path workspace;

    private static Path model() {
        String set = System.getenv("POTSTILL_SMOLLM2");
        return set != null
                ? Path.of(set)
                : POTSTILL.root().resolve("examples/smollm2/model/SmolLM2-135M-Instruct.Q4_1.gguf");
    }

    private static Path questions() {
        String set = System.getenv("POTSTILL_SHARED");
        Path shared = set != null ? Path.of(set) : POTSTILL.root().resolveSibling("shared");
        return shared.resolve("data/gsm8k/train.jsonl");
    }

    /** Scores on one suite by model. */
    private static Map<String, Double> scores(JsonNode status, String suite) {
        Map<String, Double> scores = new HashMap<>();
        for (JsonNode score : status.get("scores")) {
            if (score.get("suite").asText().equals(suite)) {
                scores.put(score.get("model").asText(), score.get("value").asDouble());
            }
        }
        return scores;
    }

    @Test
    void halfOfTheLayersComeCloserToTheWhole() throws IOException, InterruptedException {
        assumeTrue(Files.exists(model()), "skipped: " + model() + " is not there");
        assumeTrue(Files.exists(questions()), "skipped: " + questions() + " is not there");
        Potstill.Result run = POTSTILL.run(
                "run",
                POTSTILL.example("smollm2"),
                "--workspace",
                workspace.toString(),
                "--json",
                "--set",
                "spec.teachers[0].model=" + model(),
                "--set",
                "spec.student.model=" + model(),
                "--set",
                "spec.data.sources[0].uri=" + questions());
        assertThat(run.exit()).as(run.err()).isZero();
        Map<String, Double> divergence = scores(run.json(), "Divergence");
        Map<String, Double> perplexity = scores(run.json(), "Perplexity");
        assertThat(divergence.get("Feature")).isLessThan(divergence.get("Start"));
        assertThat(divergence.get("Response")).isLessThan(divergence.get("Feature"));
        assertThat(perplexity.get("Response")).isLessThan(perplexity.get("Start"));
    }
}
