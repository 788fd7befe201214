package dev.potstill.cli;

import dev.potstill.api.Stage;
import dev.potstill.cli.screen.Table;
import dev.potstill.contract.ByteSize;
import dev.potstill.contract.RunEstimate;
import dev.potstill.contract.StageEstimate;
import dev.potstill.pipeline.Summary;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plan as it is printed.
 *
 * @param run what it takes and what there is; empty where nothing is left to do, or it cannot be told
 */
record PlanTable(List<Line> lines, Optional<RunEstimate> run) {
    private static final String BEYOND = " !";
    private static final String BESIDE_SIGNALS = " + signals";
    private static final Set<Stage> KEEPING_SIGNALS = EnumSet.of(Stage.Feature, Stage.Response);

    /**
     * A stage; a digest that is not known yet is empty.
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

    String text() {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("Stage", "", "Input", "Memory", "Disk", "Time", "Does", "Because"));
        for (Line line : lines) {
            rows.add(List.of(
                    line.stage.name(),
                    line.action,
                    line.inputDigest.isEmpty() ? "-" : line.inputDigest.substring(0, 12),
                    line.estimate == null ? "-" : memory(line.estimate),
                    line.estimate == null ? "-" : disk(line.estimate),
                    line.seconds == null ? "-" : Summary.duration(line.seconds),
                    line.does,
                    shortened(line.because)));
        }
        return new Table(rows, false).text()
                + run.map(there -> below(there, rows)).orElse("");
    }

    /** What the figures stand against, and what is to be known of them. */
    private String below(RunEstimate there, List<List<String>> rows) {
        var text = new StringBuilder();
        text.append("There are %s of memory, and %s are free on the disk%n"
                .formatted(ByteSize.words(there.memory()), ByteSize.words(there.disk())));
        if (rows.stream().flatMap(List::stream).anyMatch(cell -> cell.contains(BEYOND))) {
            text.append(
                    "! more than there is; where it is a bound (≤), the stage is looked at again once its rows are known%n"
                            .formatted());
        }
        if (rows.stream().flatMap(List::stream).anyMatch(cell -> cell.endsWith(BESIDE_SIGNALS))) {
            text.append(
                    "+ signals: what is kept of the teacher takes disk by the rows, up to spec.workspace.cacheSize, and is told once they are known%n"
                            .formatted());
        }
        for (Line line : lines) {
            if (line.estimate != null) {
                line.estimate.warnings().forEach(warning -> text.append("%s: %s%n".formatted(line.stage, warning)));
            }
        }
        return text.toString();
    }

    private String memory(StageEstimate estimate) {
        return size(estimate.memory(), estimate, run.map(RunEstimate::memory));
    }

    private String disk(StageEstimate estimate) {
        String size = size(estimate.disk(), estimate, run.map(RunEstimate::disk));
        return isBesideSignals(estimate) ? size + BESIDE_SIGNALS : size;
    }

    /** Whether what is kept of each row is not told, as the rows are not known. */
    private static boolean isBesideSignals(StageEstimate estimate) {
        return estimate.bound() && KEEPING_SIGNALS.contains(estimate.stage());
    }

    private static String size(Map<String, Long> parts, StageEstimate estimate, Optional<Long> there) {
        long bytes = StageEstimate.sum(parts);
        if (bytes == 0) {
            return "-";
        }
        boolean beyond = there.stream().anyMatch(most -> bytes > most);
        return (estimate.bound() ? "≤ " : "") + ByteSize.words(bytes) + (beyond ? BEYOND : "");
    }

    private static String shortened(List<String> because) {
        int most = 3;
        String first = String.join(", ", because.subList(0, Math.min(most, because.size())));
        return because.size() <= most ? first : "%s and %d more".formatted(first, because.size() - most);
    }
}
