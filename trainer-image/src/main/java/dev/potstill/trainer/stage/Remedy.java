package dev.potstill.trainer.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Evaluation;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.api.Training;
import dev.potstill.contract.ByteSize;
import dev.potstill.contract.Json;
import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.weights.ElementType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What to change where a stage does not fit into memory: only what brings it under, as the forecast is made anew with each change.
 *
 * @param forecast of the stage as it is set
 * @param memory bytes there are
 */
record Remedy(Forecast forecast, long memory) {
    private static final Set<Stage> ON_ROWS = EnumSet.of(Stage.Feature, Stage.Response);

    /** A change that saves less than this is not worth its name. */
    private static final double HARDLY_MORE = 1.05;

    private static final String WHOLE =
            ". A teacher that answers, rates prompts or is scored is in memory as a whole: with residency Streamed it is read layer by layer where Data only has it grade answers, in Feature and Response, and where Evaluation only compares with it";

    String words() {
        Change none = Change.none(forecast);
        List<Change> arithmetic = arithmetic(none);
        List<Change> alone = new ArrayList<>(fewerRows(none));
        alone.addAll(arithmetic);
        alone.addAll(teachers(none));
        List<Change> enough = alone.stream().filter(this::isEnough).toList();
        if (!enough.isEmpty()) {
            return "Set " + String.join("; or set ", largestBatch(enough));
        }
        List<Change> together = together(none, arithmetic);
        return together.stream()
                .filter(this::isEnough)
                .findFirst()
                .map(change -> "Set " + change.words())
                .orElseGet(() ->
                        least(Stream.concat(alone.stream(), together.stream()).toList()));
    }

    /** Several at once: first those that leave the teacher as it is. */
    private List<Change> together(Change none, List<Change> arithmetic) {
        List<Change> changed = new ArrayList<>(arithmetic);
        arithmetic.stream().findFirst().ifPresent(first -> changed.addAll(arithmetic(first)));
        Stream<Change> withTeachers =
                Stream.concat(Stream.of(none), changed.stream()).flatMap(base -> teachers(base).stream());
        return Stream.concat(changed.stream(), withTeachers)
                .flatMap(this::withFewerRows)
                .toList();
    }

    private Stream<Change> withFewerRows(Change changed) {
        return Stream.concat(Stream.of(changed), fewerRows(changed).stream());
    }

    /** No setting helps: of what takes hardly more than the least, that with the fewest changes. */
    private String least(List<Change> changes) {
        long most = (long)
                (HARDLY_MORE * changes.stream().mapToLong(Change::memory).min().orElseGet(forecast::memory));
        Optional<Change> best = forecast.memory() <= most
                ? Optional.empty()
                : changes.stream()
                        .filter(change -> change.memory() <= most)
                        .min(Comparator.comparingInt(
                                        (Change change) -> change.settings().size())
                                .thenComparingLong(Change::memory));
        return "No setting of spec.training brings it under that: take %s, or give it at least %s of memory%s%s"
                .formatted(
                        routed().stream()
                                .mapToObj("a smaller spec.teachers[%d].model"::formatted)
                                .findFirst()
                                .orElse("smaller models"),
                        ByteSize.words(best.map(Change::memory).orElseGet(forecast::memory)),
                        best.map(change -> " and set " + String.join(", ", change.settings()))
                                .orElse(""),
                        isStreamedElsewhere() ? WHOLE : "");
    }

    private boolean isStreamedElsewhere() {
        return !ON_ROWS.contains(forecast.stage())
                && forecast.shapes().teacher().map(ModelSize::streamed).orElse(false)
                && !isReadByLayers()
                && forecast.estimate().memory().containsKey("teacher");
    }

    /** Whether the stage never needs the whole teacher. */
    private boolean isReadByLayers() {
        return switch (forecast.stage()) {
            case Data -> new DataRole(spec(), 0).onlyGrades();
            case Feature, Response -> spec().response().onPolicyPercent() == 0;
            case Evaluation -> !EvaluationStage.isTeacherScored(spec());
            case Reinforcement, Quantization -> false;
        };
    }

    private boolean isEnough(Change change) {
        return change.memory() <= memory;
    }

    /** Of several sizes of a batch the first, which is the largest. */
    private List<String> largestBatch(List<Change> enough) {
        Optional<Change> batch = enough.stream()
                .filter(change -> change.forecast().batchSize() < forecast.batchSize())
                .findFirst();
        return Stream.concat(
                        batch.stream(),
                        enough.stream().filter(change -> change.forecast().batchSize() == forecast.batchSize()))
                .map(Change::words)
                .toList();
    }

    /** With fewer rows at a time, the most first. */
    private List<Change> fewerRows(Change from) {
        if (forecast.least()) {
            return List.of();
        }
        return (ON_ROWS.contains(forecast.stage()) ? divisors() : halves(forecast.batchSize()))
                .mapToObj(rows -> from.and(batchSize(rows), from.forecast().of(rows)))
                .toList();
    }

    private String batchSize(int rows) {
        int now = forecast.batchSize();
        String set = "spec.training.batchSize to %d (found %d)".formatted(rows, now);
        int batches = spec().training().gradientAccumulation();
        return ON_ROWS.contains(forecast.stage())
                ? set
                        + " and spec.training.gradientAccumulation to %d (found %d) for the same steps"
                                .formatted(rowsOfStep() / rows, batches)
                : set;
    }

    private long rowsOfStep() {
        return (long) forecast.batchSize() * spec().training().gradientAccumulation();
    }

    /** Of smaller batches of which several make a step of as many rows as now, the largest up to each half. */
    private IntStream divisors() {
        return halves(forecast.batchSize())
                .map(half -> IntStream.iterate(half, rows -> rows - 1)
                        .filter(rows -> rowsOfStep() % rows == 0)
                        .findFirst()
                        .orElse(1))
                .distinct();
    }

    private static IntStream halves(int batchSize) {
        return IntStream.iterate(Integer.highestOneBit(Math.max(1, batchSize - 1)), size -> size > 0, size -> size / 2)
                .filter(size -> size < batchSize);
    }

    /** With less kept, or in a narrower type; what is so already is no change. */
    private List<Change> arithmetic(Change from) {
        Training now = from.forecast().shapes().context().spec().training();
        List<Change> changes = new ArrayList<>();
        boolean learns = ON_ROWS.contains(forecast.stage()) || forecast.stage() == Stage.Reinforcement;
        if (learns && now.activationCheckpointing() != Training.ActivationCheckpointing.Full) {
            changes.add(from.and(
                    "spec.training.activationCheckpointing to Full",
                    tree -> training(tree).put("activationCheckpointing", "Full")));
        }
        if (from.forecast().shapes().student().type() != ElementType.BF16) {
            String slower = Hardware.hasFastBf16()
                    ? ""
                    : " (which takes longer on this processor: it has no instructions for bf16)";
            changes.add(from.and(
                    "spec.training.precision to BF16" + slower,
                    tree -> training(tree).put("precision", "BF16")));
        }
        return changes;
    }

    /** With the teacher read layer by layer, or once, where it is not. */
    private List<Change> teachers(Change from) {
        List<Change> changes = new ArrayList<>();
        if (forecast.signals().isTeacherRunAtEachStep()) {
            String setting = forecast.signals().rooms().getFirst().setting();
            changes.add(from.and(setting, forecast.withRoom()));
        }
        if (forecast.stage() == Stage.Evaluation) {
            withoutTeacher(from).ifPresent(changes::add);
        }
        routed().ifPresent(teacher -> changes.add(from.and(
                "spec.teachers[%d].endpoint in the place of its model".formatted(teacher),
                tree -> ((ObjectNode) tree.at("/teachers/" + teacher))
                        .putNull("model")
                        .set("endpoint", Json.mapper().createObjectNode()))));
        boolean streams = isReadByLayers()
                && !forecast.shapes().teacher().map(ModelSize::streamed).orElse(true);
        if (streams) {
            Change streamed = from.and(
                    "spec.teachers[0].residency to Streamed",
                    tree -> ((ObjectNode) tree.at("/teachers/0")).put("residency", "Streamed"));
            if (!streamed.forecast().signals().isTeacherRunAtEachStep()) {
                changes.add(streamed);
            }
        }
        return changes;
    }

    /** The teacher that takes most of Data, where it is not the main one. */
    private OptionalInt routed() {
        return forecast.stage() == Stage.Data
                ? DataForecast.routed(spec(), forecast.estimate().memory().keySet())
                : OptionalInt.empty();
    }

    /** An evaluation of the student alone, where a suite is left that needs no teacher. */
    private Optional<Change> withoutTeacher(Change from) {
        Evaluation now = spec().evaluation();
        List<Suite> suites =
                now.suites().stream().filter(suite -> suite != Suite.Divergence).toList();
        List<Evaluation.Model> models = now.compareWith().stream()
                .filter(model -> model != Evaluation.Model.Teacher)
                .toList();
        if (suites.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(from.and(
                "spec.evaluation.suites to %s and spec.evaluation.compareWith to %s".formatted(suites, models),
                tree -> tree.withObject("/evaluation")
                        .<ObjectNode>set("suites", Json.mapper().valueToTree(suites))
                        .set("compareWith", Json.mapper().valueToTree(models))));
    }

    private static ObjectNode training(ObjectNode spec) {
        return spec.withObject("/training");
    }

    private DistillationRunSpec spec() {
        return forecast.shapes().context().spec();
    }
}
