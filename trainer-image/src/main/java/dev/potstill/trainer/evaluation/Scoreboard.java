package dev.potstill.trainer.evaluation;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Gate;
import dev.potstill.api.Score;
import dev.potstill.api.Score.Verdict;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.contract.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Results as scores, with what the run asks of them.
 *
 * <p>The gates hold for the student: the model that the last training stage made, or else the quantised one, or else the start. The
 * quantised student may score at most {@code quantization.maxAccuracyLossPercent} percentage points less than the model it was made
 * of on every suite that counts right answers: the last training stage's, or else the start. All of it is judged before rounding.
 */
public final class Scoreboard {
    private static final List<Stage> TRAINING = List.of(Stage.Reinforcement, Stage.Response, Stage.Feature);

    private final DistillationRunSpec spec;
    private final List<Result> results;

    public Scoreboard(DistillationRunSpec spec, List<Result> results) {
        this.spec = spec;
        this.results = List.copyOf(results);
    }

    /** @throws Problem where a gate can never be judged, told before anything is scored */
    public static void requireGates(DistillationRunSpec spec) {
        for (int i = 0; i < spec.gates().size(); i++) {
            Gate gate = spec.gates().get(i);
            if (gate.suite() == Suite.Divergence && gate.minPercentOfTeacher() != null) {
                throw Problem.rejected("spec.gates[" + i + "].minPercentOfTeacher: found "
                        + gate.minPercentOfTeacher()
                        + " of Divergence, expected minScore; the teacher has no divergence from itself");
            }
        }
    }

    public List<Score> scores() {
        return results.stream().map(this::score).toList();
    }

    private Score score(Result result) {
        Measure measure = Measure.of(result.suite());
        return new Score(
                result.suite(),
                result.model(),
                measure.text(result.value()),
                measure.unit(),
                text(result.suite(), Subject.TEACHER),
                text(result.suite(), Subject.START),
                result.samples(),
                verdict(result));
    }

    private @Nullable String text(Suite suite, String model) {
        return find(suite, model)
                .map(result -> Measure.of(suite).text(result.value()))
                .orElse(null);
    }

    private Optional<Result> find(Suite suite, String model) {
        return results.stream()
                .filter(result -> result.suite() == suite && result.model().equals(model))
                .findFirst();
    }

    private @Nullable Verdict verdict(Result result) {
        List<Boolean> judgements = new ArrayList<>();
        if (result.model().equals(student())) {
            gates(result.suite()).map(gate -> holds(gate, result)).forEach(judgements::add);
        }
        if (result.model().equals(Stage.Quantization.name())) {
            loss(result)
                    .map(points -> points <= spec.quantization().maxAccuracyLossPercent())
                    .ifPresent(judgements::add);
        }
        if (judgements.isEmpty()) {
            return null;
        }
        return judgements.contains(false) ? Verdict.Fail : Verdict.Pass;
    }

    private Stream<Gate> gates(Suite suite) {
        return spec.gates().stream().filter(gate -> gate.suite() == suite);
    }

    /** A suite where less is better asks for no more than minScore. */
    private boolean holds(Gate gate, Result result) {
        Measure measure = Measure.of(result.suite());
        boolean enough = gate.minScore() == null || measure.holds(result.value(), gate.minScore());
        Integer percent = gate.minPercentOfTeacher();
        if (percent == null) {
            return enough;
        }
        Result teacher = find(gate.suite(), Subject.TEACHER)
                .orElseThrow(() -> Problem.rejected("spec.gates: " + gate.suite()
                        + " has minPercentOfTeacher, expected Teacher in spec.evaluation.compareWith; add it there"));
        return enough && measure.holds(result.value(), measure.share(teacher.value(), percent));
    }

    /** Percentage points that quantisation cost, where the suite counts right answers and both models were scored. */
    private Optional<Double> loss(Result quantized) {
        return Measure.of(quantized.suite()) == Measure.ACCURACY
                ? find(quantized.suite(), trained().orElse(Subject.START))
                        .map(before -> before.value() - quantized.value())
                : Optional.empty();
    }

    private String student() {
        return trained().orElse(spec.stages().contains(Stage.Quantization) ? Stage.Quantization.name() : Subject.START);
    }

    private Optional<String> trained() {
        return TRAINING.stream()
                .filter(spec.stages()::contains)
                .map(Stage::name)
                .findFirst();
    }
}
