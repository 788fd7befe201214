package dev.potstill.cli;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.Lineage;
import dev.potstill.contract.Lineage.Step;
import dev.potstill.contract.Problem;
import dev.potstill.contract.RunEstimate;
import dev.potstill.contract.StageEstimate;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.pipeline.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** {@code potstill plan}. */
record PlanCommand(Surroundings surroundings, Asked asked, boolean json) {

    /**
     * What the trainer says of the run.
     *
     * @param estimate empty where nothing is left to do, or it cannot tell
     * @param problem why it cannot
     */
    private record Said(Optional<RunEstimate> estimate, Optional<Problem> problem) {

        Optional<StageEstimate> of(Stage stage) {
            return estimate.stream()
                    .flatMap(run -> run.stages().stream())
                    .filter(each -> each.stage() == stage)
                    .findFirst();
        }
    }

    int call() {
        Manifest named = asked.manifest();
        Trainer trainer = Trainer.below(surroundings.home());
        WorkspaceLayout workspace = asked.workspace(named, surroundings.folder());
        Manifest manifest = new OtherRuns(workspace, trainer, surroundings.err().out()::println).startOf(named);
        var survey = new Survey(manifest, workspace, trainer.version(), surroundings.notices());
        List<Elsewhere.Line> fetched = new Elsewhere(manifest, workspace).lines();
        Lineage lineage = survey.lineage();
        Said said = said(survey, lineage, trainer);
        PlanTable table = new PlanTable(lines(survey, lineage, said), said.estimate);
        var out = surroundings.out().out();
        if (json) {
            out.println(Json.pretty(content(manifest, workspace, table, fetched)));
        } else {
            out.print(table.text());
            fetched.forEach(line -> out.println("Fetches " + line.text()));
            out.println("Workspace " + workspace.root());
        }
        return told(table, said).code();
    }

    private static Map<String, Object> content(
            Manifest manifest, WorkspaceLayout workspace, PlanTable table, List<Elsewhere.Line> fetched) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("name", manifest.name());
        content.put("workspace", workspace.root().toString());
        table.run().ifPresent(run -> {
            content.put("memory", run.memory());
            content.put("disk", run.disk());
        });
        content.put("stages", table.lines());
        content.put("fetched", fetched);
        return content;
    }

    /** Says what does not fit or speaks against the run otherwise. */
    private ExitCode told(PlanTable table, Said said) {
        var err = surroundings.err();
        if (said.problem.isPresent()) {
            Problem problem = said.problem.get();
            // Of what is still elsewhere the trainer cannot know the shapes, and the run may well begin.
            boolean away = problem.exitCode().code() == ExitCode.LOCATION_UNAVAILABLE.code();
            String unknown = "memory and disk are not estimated: ";
            err.out()
                    .println(
                            away
                                    ? unknown + "what the run fetches is not here"
                                    : err.red("potstill: ") + unknown + problem.getMessage());
            return away ? ExitCode.DONE : problem.exitCode();
        }
        List<String> unfit =
                table.lines().stream().flatMap(line -> line.unfit().stream()).toList();
        unfit.forEach(why -> err.out().println(err.red("potstill: ") + why));
        return unfit.isEmpty() ? ExitCode.DONE : ExitCode.UNFIT;
    }

    private static Said said(Survey survey, Lineage lineage, Trainer trainer) {
        if (lineage.steps().stream().allMatch(step -> step.output().isPresent())) {
            return new Said(Optional.empty(), Optional.empty());
        }
        try {
            RunEstimate estimate = new Estimating(trainer).of(survey.manifest(), survey.workspace());
            return new Said(Optional.of(estimate), Optional.empty());
        } catch (Problem problem) {
            return new Said(Optional.empty(), Optional.of(problem));
        }
    }

    private static List<PlanTable.Line> lines(Survey survey, Lineage lineage, Said said) {
        Plan plan = survey.plan(lineage, Set.of());
        var sizes = new StageSize(survey.manifest().spec(), plan);
        var lines = new ArrayList<PlanTable.Line>();
        Optional<Stage> runsBefore = Optional.empty();
        for (Step step : lineage.steps()) {
            boolean reused = step.output().isPresent();
            List<String> because = reused ? List.of() : because(step, survey.workspace(), runsBefore);
            lines.add(new PlanTable.Line(
                    step.stage(),
                    sizes.of(step.stage()),
                    reused ? "reused" : "runs",
                    step.input().map(InputDigest::hex).orElse(""),
                    because,
                    step.output().map(output -> output.report().seconds()).orElse(null),
                    reused ? null : said.of(step.stage()).orElse(null)));
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
}
