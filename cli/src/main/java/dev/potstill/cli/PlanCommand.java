package dev.potstill.cli;

import dev.potstill.api.Stage;
import dev.potstill.cli.screen.Table;
import dev.potstill.contract.ByteSize;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.Lineage;
import dev.potstill.contract.Lineage.Step;
import dev.potstill.contract.StageEstimate;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code potstill plan}. */
record PlanCommand(Surroundings surroundings, Asked asked, boolean json) {

    /**
     * A stage as it is printed; a digest that is not known yet is empty.
     *
     * @param seconds it took, where it is reused
     * @param estimate of what it takes, where it runs and that can be told
     */
    record Line(
            Stage stage,
            String does,
            String action,
            String inputDigest,
            List<String> because,
            @Nullable Long seconds,
            @Nullable StageEstimate estimate) {

        /** What does not fit. */
        Optional<String> unfit() {
            return Optional.ofNullable(estimate).map(StageEstimate::unfit);
        }
    }

    int call() {
        Manifest named = asked.manifest();
        Trainer trainer = Trainer.below(surroundings.home());
        WorkspaceLayout workspace = asked.workspace(named, surroundings.folder());
        Manifest manifest = new OtherRuns(workspace, trainer, surroundings.err().out()::println).startOf(named);
        var survey = new Survey(manifest, workspace, trainer.version(), surroundings.notices());
        List<Elsewhere.Line> fetched = new Elsewhere(manifest, workspace).lines();
        List<Line> lines =
                lines(survey, new Estimating(trainer, surroundings.err().out()::println));
        var out = surroundings.out().out();
        if (json) {
            out.println(Json.pretty(Map.of(
                    "name",
                    manifest.name(),
                    "workspace",
                    workspace.root().toString(),
                    "stages",
                    lines,
                    "fetched",
                    fetched)));
        } else {
            out.print(table(lines));
            fetched.forEach(line -> out.println("Fetches " + line.text()));
            out.println("Workspace " + workspace.root());
        }
        List<String> unfit =
                lines.stream().flatMap(line -> line.unfit().stream()).toList();
        unfit.forEach(why -> surroundings.err().out().println(surroundings.err().red("potstill: ") + why));
        return (unfit.isEmpty() ? ExitCode.DONE : ExitCode.UNFIT).code();
    }

    private static List<Line> lines(Survey survey, Estimating estimating) {
        Lineage lineage = survey.lineage();
        boolean allReused =
                lineage.steps().stream().allMatch(step -> step.output().isPresent());
        Map<Stage, StageEstimate> estimates =
                allReused ? Map.of() : estimating.of(survey.manifest(), survey.workspace());
        Plan plan = survey.plan(lineage, Set.of());
        var sizes = new StageSize(survey.manifest().spec(), plan);
        var lines = new ArrayList<Line>();
        Optional<Stage> runsBefore = Optional.empty();
        for (Step step : lineage.steps()) {
            boolean reused = step.output().isPresent();
            List<String> because = reused ? List.of() : because(step, survey.workspace(), runsBefore);
            lines.add(new Line(
                    step.stage(),
                    sizes.of(step.stage()),
                    reused ? "reused" : "runs",
                    step.input().map(InputDigest::hex).orElse(""),
                    because,
                    step.output().map(output -> output.report().seconds()).orElse(null),
                    reused ? null : estimates.get(step.stage())));
            runsBefore = reused ? runsBefore : Optional.of(step.stage());
        }
        return lines;
    }

    /** Why a stage must run: what differs from the most like of its older outputs, or what runs before it. */
    private static List<String> because(Step step, WorkspaceLayout workspace, Optional<Stage> runsBefore) {
        if (step.input().isEmpty()) {
            return runsBefore.map(stage -> "follows " + stage).stream().toList();
        }
        InputDigest input = step.input().get();
        OptionalInt checkpoint = workspace.lastCheckpointStep(step.stage(), input.hex());
        if (checkpoint.isPresent()) {
            return List.of("goes on from step %,d".formatted(checkpoint.getAsInt()));
        }
        return StageOutput.all(workspace, step.stage()).stream()
                .map(older -> input.differences(older.input()))
                .filter(differences -> !differences.isEmpty())
                .min(Comparator.comparingInt(List::size))
                .map(differences ->
                        differences.stream().map(PlanCommand::changed).toList())
                .orElse(List.of("not made yet"));
    }

    private static String changed(String component) {
        if (component.startsWith("upstream.")) {
            return "another output of " + component.substring("upstream.".length());
        }
        return component + " changed";
    }

    private static String table(List<Line> lines) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("Stage", "", "Input", "Memory", "Disk", "Time", "Does", "Because"));
        for (Line line : lines) {
            rows.add(List.of(
                    line.stage.name(),
                    line.action,
                    line.inputDigest.isEmpty() ? "-" : line.inputDigest.substring(0, 12),
                    line.estimate == null ? "-" : size(line.estimate.memory(), line.estimate.bound()),
                    line.estimate == null ? "-" : size(line.estimate.disk(), line.estimate.bound()),
                    line.seconds == null ? "-" : Summary.duration(line.seconds),
                    line.does,
                    shortened(line.because)));
        }
        return new Table(rows, false).text();
    }

    private static String size(Map<String, Long> parts, boolean bound) {
        long bytes = StageEstimate.sum(parts);
        return bytes == 0 ? "-" : (bound ? "≤ " : "") + ByteSize.words(bytes);
    }

    private static String shortened(List<String> because) {
        int most = 3;
        String first = String.join(", ", because.subList(0, Math.min(most, because.size())));
        return because.size() <= most ? first : "%s and %d more".formatted(first, because.size() - most);
    }
}
