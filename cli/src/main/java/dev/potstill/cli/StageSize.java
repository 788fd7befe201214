package dev.potstill.cli;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.api.Training;
import dev.potstill.contract.StageReport;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Standing.Finished;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a stage does, with its size as far as it is known before it runs. */
record StageSize(DistillationRunSpec spec, Plan plan) {

    String of(Stage stage) {
        Training training = spec.training();
        return switch (stage) {
            case Data -> data();
            case Feature -> training(spec.feature().epochs(), spec.feature().maxSamples(), "hidden states");
            case Response ->
                training(
                        Objects.requireNonNullElse(spec.response().epochs(), training.epochs()),
                        null,
                        "%s at temperature %s"
                                .formatted(
                                        spec.response().divergence(),
                                        spec.response().temperature()));
            case Reinforcement -> {
                var own = spec.reinforcement();
                long answers = (long) own.updates() * own.promptsPerUpdate() * own.samplesPerPrompt();
                yield "%,d updates of %s on %,d answers".formatted(own.updates(), own.algorithm(), answers);
            }
            case Quantization -> {
                var own = spec.quantization();
                yield "%s to %d bits in groups of %d, %,d calibration rows"
                        .formatted(own.method(), own.bits(), own.groupSize(), own.calibrationSamples());
            }
            case Evaluation -> evaluation();
        };
    }

    private String data() {
        int samples = spec.data().augmentation().answersPerPrompt();
        String sources = spec.data().sources().stream()
                .map(source -> source.uri().replaceFirst(".*/(?=.)", ""))
                .collect(Collectors.joining(", "));
        OptionalLong rows = rows();
        String made = rows.isPresent() ? " → %,d rows".formatted(rows.getAsLong()) : "";
        return sources
                + (samples > 0 ? ", %d %s a prompt".formatted(samples, samples == 1 ? "answer" : "answers") : "")
                + made;
    }

    /** @param most rows that the stage takes; null for all */
    private String training(int epochs, @Nullable Integer most, String what) {
        Training training = spec.training();
        long batch = (long) training.batchSize() * training.gradientAccumulation();
        String size = rows().stream()
                .map(all -> most == null ? all : Math.min(most, all))
                .mapToObj(rows -> "%d × %,d rows, %,d steps of %d"
                        .formatted(epochs, rows, epochs * Math.ceilDiv(rows, batch), batch))
                .findFirst()
                .orElse("%d epochs in batches of %d".formatted(epochs, batch));
        return what + ", " + size;
    }

    private String evaluation() {
        String suites = spec.evaluation().suites().stream().map(Enum::name).collect(Collectors.joining(", "));
        return "%s, at most %,d questions each"
                .formatted(suites, spec.evaluation().maxSamples());
    }

    private OptionalLong rows() {
        return plan.stages().stream()
                .map(Planned::standing)
                .filter(Finished.class::isInstance)
                .map(standing -> ((Finished) standing).report())
                .filter(report ->
                        report.stage() == Stage.Data && report.counts().containsKey(StageReport.ROWS_KEPT))
                .mapToLong(report -> report.counts().getOrDefault(StageReport.ROWS_KEPT, 0L))
                .findFirst();
    }
}
