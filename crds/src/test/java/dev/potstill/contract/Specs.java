package dev.potstill.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.DistillationRunSpec;
import java.util.Map;

/** A resolved spec, and ones that differ from it in a field. */
final class Specs {
    private static final String RESOLVED = """
            {"teachers": [{"name": "r1", "model": "builtin://teacher"}],
             "student": {"model": "builtin://start", "architecture": "LoRA", "lora": {"rank": 8, "alpha": 16, "targets": "Attention"}},
             "data": {"sources": [{"uri": "builtin://problems", "format": "PromptJsonl"}],
                      "filter": {"reasoning": "Required", "maxInteractions": 100, "nearDuplicatePercent": 80, "maxMalformedPercent": 1},
                      "augmentation": {"samplesPerPrompt": 0, "temperature": "0.7", "maxTokens": 64, "maxSamples": 10, "contrastive": false},
                      "difficulty": {"basePercent": 60, "advancedPercent": 30, "challengePercent": 10},
                      "heldOut": {"percent": 2, "maxRows": 100}, "redact": [], "decontaminate": [],
                      "memory": "1Gi", "shards": 1},
             "stages": ["Evaluation", "Data", "Feature", "Response"],
             "training": {"batchSize": 8, "gradientAccumulation": 1, "learningRate": "1e-3", "warmupSteps": 10, "epochs": 3,
                          "maxLength": 128, "precision": "FP32", "seed": 1},
             "feature": {"epochs": 1, "layerMap": "Uniform", "layers": [], "projection": "WhereWidthsDiffer"},
             "response": {"temperature": "2.0", "unfrozenLayers": 3, "divergence": "ForwardKL", "topK": 64, "onPolicyPercent": 0},
             "reinforcement": {"algorithm": "PPO", "reward": {"accuracyPercent": 60, "safetyPercent": 30, "diversityPercent": 10},
                               "updates": 2, "promptsPerUpdate": 4, "samplesPerPrompt": 1, "maxTokens": 32, "unfrozenLayers": 3,
                               "klCoefficient": "0.1"},
             "evaluation": {"suites": ["WordProblems", "Latency"], "compareWith": ["Teacher", "Start"], "maxSamples": 300, "data": [], "shards": 1},
             "quantization": {"method": "GPTQ", "bits": 4, "groupSize": 64, "calibrationSamples": 32, "maxAccuracyLossPercent": 3},
             "gates": [], "workspace": {"size": "1Gi", "accessMode": "ReadWriteOnce", "deletionPolicy": "Delete"},
             "checkpoint": {"everySteps": 50, "keep": 2}, "scheduling": {"nodeSelector": {}, "tolerations": [], "imagePullSecrets": [], "envFromSecrets": []},
             "execution": "Running", "suspend": false}
            """;

    private Specs() {}

    static DistillationRunSpec resolved() {
        return with(Map.of());
    }

    /** The same but for fields, each named by a JSON pointer: {@code /response/temperature}. */
    static DistillationRunSpec with(Map<String, Object> changes) {
        try {
            JsonNode spec = Json.mapper().readTree(RESOLVED);
            changes.forEach((pointer, value) -> {
                int last = pointer.lastIndexOf('/');
                ((ObjectNode) spec.at(pointer.substring(0, last)))
                        .set(pointer.substring(last + 1), Json.mapper().valueToTree(value));
            });
            return Json.mapper().treeToValue(spec, DistillationRunSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
