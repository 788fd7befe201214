package dev.potstill.trainer.stage;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** Which work makes which stage. */
public final class Stages {
    private static final Map<Stage, Supplier<StageWork>> WORK = new EnumMap<>(Stage.class);

    static {
        // One line a stage, in the order of a run.
        WORK.put(Stage.Data, DataStage::new);
        WORK.put(Stage.Feature, FeatureStage::new);
        WORK.put(Stage.Response, ResponseStage::new);
    }

    private Stages() {}

    public static StageWork of(Stage stage) {
        Supplier<StageWork> work = WORK.get(stage);
        if (work == null) {
            throw new Problem(
                    ExitCode.USAGE, "STAGE: found " + stage + ", expected one that this trainer has: " + WORK.keySet());
        }
        return work.get();
    }
}
