package dev.potstill.trainer.data;

import dev.potstill.trainer.data.Routes.Rated;
import dev.potstill.trainer.parts.Part;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.text.Encoded;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Has the easy teacher say how unlikely prompts are to it. */
record Rating(Respondent easy, Saved<Rated> saved, Activity activity) {
    private static final int WINDOW = 1024;

    /** Tokens of one pass through the teacher. */
    private static final int BATCH_TOKENS = 8192;

    /** Has all prompts rated, by this trainer or others. */
    void rateAll(Worker worker, Supplier<Stream<Question>> prompts) {
        saved.makeAll(worker, () -> parts(prompts.get()), this::rate, activity::done);
    }

    /** All that were rated. */
    List<Rated> rated(Stream<Question> prompts) {
        return parts(prompts)
                .flatMap(part -> saved.get(part.number(), () -> rate(part.content())).stream())
                .toList();
    }

    private static Stream<Part<List<Question>>> parts(Stream<Question> prompts) {
        var numbers = new AtomicInteger();
        return prompts.gather(Gatherers.windowFixed(WINDOW))
                .flatMap(window -> SamplingPlan.cut(window, Question::tokens, BATCH_TOKENS, WINDOW).stream())
                .map(batch -> new Part<>(numbers.getAndIncrement(), batch.size(), batch));
    }

    private List<Rated> rate(List<Question> questions) {
        activity.work();
        var encoder = Lengths.encoder(easy.tokenizer());
        List<Encoded> asked = questions.stream()
                .map(question -> wholly(encoder.prompt(question.prompt())))
                .toList();
        double[] losses = easy.losses(asked);
        activity.tokens(asked.stream().mapToLong(one -> one.ids().length).sum());
        return IntStream.range(0, losses.length)
                .mapToObj(i -> new Rated(
                        questions.get(i).id(), Double.isNaN(losses[i]) ? 1 : Math.min(Math.exp(losses[i]), 1e300)))
                .toList();
    }

    private static Encoded wholly(int[] ids) {
        boolean[] marks = new boolean[ids.length];
        Arrays.fill(marks, true);
        return new Encoded(ids, marks);
    }
}
