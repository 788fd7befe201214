package dev.potstill.trainer.stage;

import dev.potstill.api.Stage;

/** Which work makes which stage. */
public final class Stages {
    private Stages() {}

    public static StageWork of(Stage stage) {
        return switch (stage) {
            case Data -> new DataStage();
            case Feature -> new FeatureStage();
            case Response -> new ResponseStage();
            case Reinforcement -> new ReinforcementStage();
            case Quantization -> new QuantizationStage();
            case Evaluation -> new EvaluationStage();
        };
    }
}
