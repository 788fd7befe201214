package dev.potstill.contract;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What a stage starts from: its input digest, and the finished outputs of all stages before it. */
public record Upstream(InputDigest input, Map<Stage, StageOutput> outputs) {

    public Upstream {
        outputs = new TreeMap<>(outputs);
    }

    /** Of a run that reads nothing remote. */
    public static Upstream of(
            Stage stage,
            DistillationRunSpec spec,
            WorkspaceLayout workspace,
            String trainerVersion,
            Consumer<String> warnings) {
        return of(stage, spec, Pins.none(), workspace, trainerVersion, Notices.of(warnings));
    }

    /** @throws Problem where a stage before it has not finished, or a file it reads is not there */
    public static Upstream of(
            Stage stage,
            DistillationRunSpec spec,
            Pins pins,
            WorkspaceLayout workspace,
            String trainerVersion,
            Notices notices) {
        return Lineage.of(spec, pins, workspace, trainerVersion, notices).upstreamOf(stage);
    }

    /** The output of an earlier stage, where the run has that stage. */
    public Optional<StageOutput> of(Stage stage) {
        return Optional.ofNullable(outputs.get(stage));
    }

    /** The student as the last training stage before this one left it. */
    public Optional<StageOutput> student() {
        return of(Stage.Reinforcement).or(() -> of(Stage.Response)).or(() -> of(Stage.Feature));
    }
}
