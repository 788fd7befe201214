package dev.potstill.trainer.data;

import dev.potstill.api.Data.Difficulty;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.Row.Grade;
import dev.potstill.trainer.parts.Part;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.Encoded;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The third step: how hard each answer is to the teacher, and the grades by it. */
final class Grading {
    /** Rows with what they are graded by, a {@link Graded} a line, in the order of their places. */
    static final String GRADED = "graded.jsonl";

    private static final int WINDOW_ROWS = 1024;

    /** Tokens of one pass through the teacher, padded to the longest row. */
    private static final int BATCH_TOKENS = 8192;

    private final Respondent teacher;
    private final ChatEncoder encoder;
    private final Saved<Graded> saved;
    private final Activity activity;

    /**
     * A graded row.
     *
     * @param place the row's among all
     * @param copies how often it is trained on
     */
    record Graded(int place, String id, double perplexity, int copies) {

        /** Each copy by itself, the later ones with names of their own. */
        Stream<Graded> each() {
            return IntStream.range(0, copies)
                    .mapToObj(copy -> new Graded(place, copy == 0 ? id : id + "-r" + copy, perplexity, 1));
        }
    }

    private record Placed(int place, Answered answered) {}

    Grading(Respondent teacher, ChatEncoder encoder, Saved<Graded> saved, Activity activity) {
        this.teacher = teacher;
        this.encoder = encoder;
        this.saved = saved;
        this.activity = activity;
    }

    /** Has all rows graded, by this trainer or others. */
    void gradeAll(Worker worker, Supplier<Stream<Answered>> all) {
        saved.makeAll(worker, () -> parts(all.get()), this::grade, activity::done);
    }

    /** All rows in their order. */
    List<Graded> graded(Stream<Answered> all) {
        return parts(all)
                .flatMap(part -> saved.get(part.number(), () -> grade(part.content())).stream())
                .sorted(Comparator.comparingInt(Graded::place))
                .toList();
    }

    /** Of a streamed teacher whole windows, each of which takes it one reading of its weights or few. */
    private Stream<Part<List<Placed>>> parts(Stream<Answered> all) {
        int budget = teacher.isStreamed() ? Integer.MAX_VALUE : BATCH_TOKENS;
        var places = new AtomicInteger();
        var numbers = new AtomicInteger();
        return all.map(row -> new Placed(places.getAndIncrement(), row))
                .gather(Gatherers.windowFixed(WINDOW_ROWS))
                .flatMap(window ->
                        SamplingPlan.cut(window, row -> row.answered().tokens(), budget, WINDOW_ROWS).stream())
                .map(batch -> new Part<>(numbers.getAndIncrement(), batch.size(), batch));
    }

    private List<Graded> grade(List<Placed> batch) {
        activity.work();
        List<Encoded> encoded = batch.stream()
                .map(row -> encoder.encode(row.answered().row().messages()))
                .toList();
        double[] losses = teacher.losses(encoded);
        activity.tokens(encoded.stream().mapToLong(row -> row.ids().length).sum());
        return IntStream.range(0, losses.length)
                .mapToObj(i -> graded(batch.get(i), losses[i]))
                .toList();
    }

    private static Graded graded(Placed row, double loss) {
        double perplexity = Math.exp(loss);
        if (!Double.isFinite(perplexity)) {
            throw Problem.rejected(
                    "spec.teachers[0]: found a perplexity of %s for the answer of row %s, expected a finite one; is the model whole, and does its chat template keep answers?"
                            .formatted(perplexity, row.answered().row().id()));
        }
        return new Graded(
                row.place(),
                row.answered().row().id(),
                perplexity,
                row.answered().copies());
    }

    /**
     * Of each its grade, in their order: the easiest share is Base, the hardest Challenge, each exact to one row; of two equally hard
     * ones that of the lesser id is the easier.
     */
    static Grade[] grades(List<Graded> graded, Difficulty shares) {
        int count = graded.size();
        int base = Shares.of(count, shares.basePercent());
        int advanced = Shares.of(count, shares.basePercent() + shares.advancedPercent());
        Grade[] grades = new Grade[count];
        List<Integer> easiestFirst = IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> graded.get(i).perplexity())
                        .thenComparing(i -> graded.get(i).id()))
                .toList();
        for (int rank = 0; rank < count; rank++) {
            grades[easiestFirst.get(rank)] =
                    rank < base ? Grade.Base : rank < advanced ? Grade.Advanced : Grade.Challenge;
        }
        return grades;
    }
}
