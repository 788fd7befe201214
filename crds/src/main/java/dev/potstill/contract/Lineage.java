package dev.potstill.contract;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A run's stages in their order, each with what the workspace knows of it. A stage's input is known once all before it are made. */
public record Lineage(List<Step> steps) {

    public record Step(Stage stage, Optional<InputDigest> input, Optional<StageOutput> output) {}

    public Lineage {
        steps = List.copyOf(steps);
    }

    /** Of a run that reads nothing remote. */
    public static Lineage of(
            DistillationRunSpec spec, WorkspaceLayout workspace, String trainerVersion, Consumer<String> warnings) {
        return of(spec, Pins.none(), workspace, trainerVersion, Notices.of(warnings));
    }

    /** @throws Problem where a file that any of the stages reads is not there */
    public static Lineage of(
            DistillationRunSpec spec, Pins pins, WorkspaceLayout workspace, String trainerVersion, Notices notices) {
        var sources = SourceDigests.cachedIn(workspace, pins, notices.progress());
        var digests = new EnumMap<Stage, String>(Stage.class);
        var steps = new ArrayList<Step>();
        for (Stage stage : new TreeSet<>(spec.stages())) {
            Map<String, String> read = sources.of(stage, spec);
            boolean known = digests.size() == steps.size();
            Optional<InputDigest> input =
                    known ? Optional.of(InputDigest.of(stage, spec, digests, read, trainerVersion)) : Optional.empty();
            Optional<StageOutput> output = input.flatMap(made -> StageOutput.find(workspace, made, notices.warnings()));
            output.ifPresent(made -> digests.put(stage, made.outputDigest()));
            steps.add(new Step(stage, input, output));
        }
        return new Lineage(steps);
    }

    Upstream upstreamOf(Stage stage) {
        Step wanted = steps.stream()
                .filter(step -> step.stage == stage)
                .findFirst()
                .orElseThrow(() -> Problem.rejected("spec.stages: %s is not among %s; add it, or start one of these"
                        .formatted(stage, steps.stream().map(Step::stage).toList())));
        var outputs = new EnumMap<Stage, StageOutput>(Stage.class);
        for (Step before : steps.subList(0, steps.indexOf(wanted))) {
            outputs.put(
                    before.stage,
                    before.output.orElseThrow(() ->
                            Problem.rejected("%s needs the output of %s, which is not in the workspace: run %s first"
                                    .formatted(stage, before.stage, before.stage))));
        }
        return new Upstream(wanted.input.orElseThrow(), outputs);
    }
}
