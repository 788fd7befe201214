package dev.potstill.trainer.evaluation;

import dev.potstill.api.Suite;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.evaluation.TokenLosses.Predictions;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.train.TrainingSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Measures models on rows that none was trained on: how likely the answers are, and how far from the teacher's prediction. */
final class HeldOut implements AutoCloseable {
    /** Tokens put through a model at once: enough to keep the processor busy, few enough to stay small. */
    private static final int BATCH_TOKENS = 4096;

    private final ProgressBoard progress;
    private final StopSignal stop;
    private final TokenLosses losses = new TokenLosses();

    HeldOut(ProgressBoard progress, StopSignal stop) {
        this.progress = progress;
        this.stop = stop;
    }

    /**
     * A row's loss, a line of a suite's samples.
     *
     * @param row its place in the held-out rows
     * @param tokens answer tokens
     * @param nats a token
     */
    record RowLoss(int row, int tokens, double nats) {}

    /** A row's losses by its place, of Perplexity and of Divergence as far as asked for, all from one pass over the rows. */
    Map<Suite, List<RowLoss>> measure(
            Subject subject, TrainingSet set, Set<Suite> suites, Optional<TeacherStates> teacher) {
        Map<Suite, List<RowLoss>> measured = new EnumMap<>(Suite.class);
        suites.forEach(suite -> measured.put(suite, new ArrayList<>()));
        progress.begin("scoring %s on held-out rows".formatted(subject.name()), 0, set.size());
        int done = 0;
        for (int[] samples : batches(set)) {
            stop.check();
            try (Scope scope = Scope.open()) {
                Predictions model = predictions(scope, subject, set, samples, teacher);
                measured.forEach((suite, rows) -> rows.addAll(rows(
                        set,
                        samples,
                        suite == Suite.Divergence
                                ? losses.divergence(teacher.orElseThrow().predictions(scope, samples), model)
                                : losses.likelihood(model, set.labels(samples)))));
            }
            done += samples.length;
            progress.advance(done, tokens(set, samples), Map.of());
        }
        measured.values().forEach(rows -> rows.sort(Comparator.comparingInt(RowLoss::row)));
        return measured;
    }

    /** The mean over all answer tokens of all rows. */
    static double mean(List<RowLoss> rows) {
        double nats = 0;
        long tokens = 0;
        for (RowLoss row : rows) {
            nats += row.nats * row.tokens;
            tokens += row.tokens;
        }
        return nats / tokens;
    }

    private static Predictions predictions(
            Scope scope, Subject subject, TrainingSet set, int[] samples, Optional<TeacherStates> teacher) {
        return teacher.filter(states -> states.teacher().name().equals(subject.name()))
                .map(states -> states.predictions(scope, samples))
                .orElseGet(() ->
                        new Predictions(TeacherStates.last(scope, subject.model(), set, samples), subject.model()));
    }

    /** Rows of about the same length go together; the order is the same for every model that reads the same tokens. */
    private static List<int[]> batches(TrainingSet set) {
        List<Integer> sorted =
                new ArrayList<>(IntStream.range(0, set.size()).boxed().toList());
        sorted.sort(Comparator.comparingInt(set::tokens));
        List<int[]> batches = new ArrayList<>();
        for (int from = 0; from < sorted.size(); ) {
            int to = from + 1;
            while (to < sorted.size() && (to + 1 - from) * set.tokens(sorted.get(to)) <= BATCH_TOKENS) {
                to++;
            }
            batches.add(sorted.subList(from, to).stream().mapToInt(i -> i).toArray());
            from = to;
        }
        return batches;
    }

    private static List<RowLoss> rows(TrainingSet set, int[] samples, double[] losses) {
        List<RowLoss> rows = new ArrayList<>();
        int from = 0;
        for (int sample : samples) {
            int count = set.targets(sample);
            double sum = Arrays.stream(losses, from, from + count).sum();
            rows.add(new RowLoss(sample, count, sum / count));
            from += count;
        }
        return rows;
    }

    private static long tokens(TrainingSet set, int[] samples) {
        return Arrays.stream(samples).mapToLong(set::tokens).sum();
    }

    @Override
    public void close() {
        losses.close();
    }
}
