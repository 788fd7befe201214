package dev.potstill.manifest;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Evaluation;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the API offers and this version does not do yet. A row, or a value of a row, is deleted when its feature arrives. */
public final class Unavailable {
    private static final Set<Suite> SUITES =
            Set.of(Suite.HumanEval, Suite.MMLU, Suite.LongSummary, Suite.MultiTurn, Suite.Toxicity, Suite.Latency);

    // Where it stands, what of it is not available, what to do instead.
    private static final List<Row> TABLE = List.of(
            one(
                    "spec.evaluation.compareWith",
                    run -> when(
                            scoresEndpoint(run)
                                    && run.evaluation().compareWith().contains(Evaluation.Model.Teacher),
                            "scoring a teacher behind an endpoint"),
                    "leave Teacher out"),
            one(
                    "spec.evaluation.suites",
                    run -> when(
                            scoresEndpoint(run) && run.evaluation().suites().contains(Suite.Divergence),
                            "the divergence from a teacher behind an endpoint"),
                    "leave Divergence out"),
            each(
                    "spec.evaluation.suites[%d]",
                    run -> run.evaluation().suites(),
                    suite -> when(SUITES.contains(suite), suite.name()),
                    "use WordProblems, GSM8K, Perplexity or Divergence"),
            one("spec.quantization.bits", run -> when(run.quantization().bits() != 4, "8 bits"), "use 4"));

    private Unavailable() {}

    /** Each choice of this run that is not available; empty where it can run. */
    public static List<Violation> in(DistillationRunSpec run) {
        return TABLE.stream().flatMap(row -> row.apply(run)).toList();
    }

    private interface Row extends Function<DistillationRunSpec, Stream<Violation>> {}

    private static Row one(String path, Function<DistillationRunSpec, Optional<String>> chosen, String instead) {
        return run -> chosen.apply(run).map(what -> violation(path, what, instead)).stream();
    }

    private static <T> Row each(
            String path,
            Function<DistillationRunSpec, List<T>> list,
            Function<T, Optional<String>> chosen,
            String instead) {
        return run -> {
            List<T> entries = list.apply(run);
            return IntStream.range(0, entries.size())
                    .boxed()
                    .flatMap(i ->
                            chosen
                                    .apply(entries.get(i))
                                    .map(what -> violation(path.formatted(i), what, instead))
                                    .stream());
        };
    }

    private static boolean scoresEndpoint(DistillationRunSpec run) {
        return run.stages().contains(Stage.Evaluation)
                && run.teachers().getFirst().endpoint() != null;
    }

    private static Violation violation(String path, String what, String instead) {
        return new Violation(path, what + " is not available yet; " + instead);
    }

    private static Optional<String> when(boolean chosen, String what) {
        return chosen ? Optional.of(what) : Optional.empty();
    }
}
