package dev.potstill.operator.observe;

import dev.potstill.api.DistillationRunStatus.StartedFrom;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.contract.ClaimPath;
import dev.potstill.contract.OtherRun;
import dev.potstill.contract.Problem;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.Run.Parsed;
import dev.potstill.operator.run.RunResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a run starts whose student is another run's. Once found it stays, as the status tells: what becomes of the other run later
 * must not undo this one.
 */
public final class Origin {
    private final Function<String, Optional<RunResource>> runs;

    private Origin(Function<String, Optional<RunResource>> runs) {
        this.runs = runs;
    }

    /**
     * A run whose start has been looked for.
     *
     * @param awaited why it cannot start yet; empty where it can
     */
    public record Start(Run run, Optional<String> awaited) {
        static Start known(Run run) {
            return new Start(run, Optional.empty());
        }
    }

    /** @param runs those of the same namespace, by name */
    public static Start of(Run run, Function<String, Optional<RunResource>> runs) {
        return new Origin(runs).start(run);
    }

    private Start start(Run run) {
        String model = run.spec().student().model();
        return OtherRun.named(model)
                .map(other -> pinned(run, model)
                        .or(() -> circle(run).map(names -> new Start(run, Optional.of(names))))
                        .orElseGet(() -> look(run, model, other)))
                .orElseGet(() -> Start.known(run));
    }

    private static Optional<Start> pinned(Run run, String model) {
        return run.before()
                .flatMap(status -> Optional.ofNullable(status.startedFrom()))
                .filter(from -> from.run().equals(model))
                .map(from -> Start.known(run.startingFrom(from)));
    }

    /** Why runs that start from one another never will, where this one leads to such. */
    private Optional<String> circle(Run run) {
        List<String> names = new ArrayList<>(List.of(run.name()));
        Optional<String> next = Optional.of(run.resource()).flatMap(Origin::before);
        while (next.isPresent()) {
            boolean known = names.contains(next.get());
            names.add(next.get());
            if (known) {
                return Optional.of(
                        "spec.student.model: runs start from one another in a circle (%s), so that none can; let one of them start from another model"
                                .formatted(String.join(" from ", names)));
            }
            next = runs.apply(next.get()).flatMap(Origin::before);
        }
        return Optional.empty();
    }

    /** The run that another starts from, unless it has found that one's student already. */
    private static Optional<String> before(RunResource resource) {
        boolean found = resource.getStatus() != null && resource.getStatus().startedFrom() != null;
        return found
                ? Optional.empty()
                : OtherRun.named(resource.getSpec().at("/student/model").asText());
    }

    private Start look(Run run, String model, String name) {
        Optional<RunResource> other = runs.apply(name);
        if (other.isEmpty()) {
            return awaits(run, name, "there is none of this name");
        }
        return switch (Run.parse(other.get())) {
            case Parsed.Bad _ -> awaits(run, name, "it is not accepted");
            case Parsed.Good(Run found) -> student(run, model, found);
        };
    }

    private static Start student(Run run, String model, Run other) {
        try {
            Stage last = OtherRun.lastToTrain(other.name(), other.spec());
            return current(other, last)
                    .map(output -> Start.known(run.startingFrom(new StartedFrom(
                            model, new ClaimPath(Names.workspace(other), output + "/" + OtherRun.STUDENT).toString()))))
                    .orElseGet(() -> awaits(run, other.name(), last + " is not done"));
        } catch (Problem none) {
            return new Start(run, Optional.of(none.getMessage()));
        }
    }

    /** The folder of a stage's output, unless the run has been edited since. */
    private static Optional<String> current(Run other, Stage stage) {
        boolean current = other.before()
                .map(status -> Objects.equals(
                        status.observedGeneration(),
                        other.resource().getMetadata().getGeneration()))
                .orElse(false);
        return other.before(stage)
                .filter(reported -> current)
                .map(StageStatus::output)
                .map(output -> output.path());
    }

    private static Start awaits(Run run, String other, String why) {
        return new Start(
                run, Optional.of("Waits for the run %s, whose student it starts from: %s".formatted(other, why)));
    }
}
