package dev.potstill.trainer.data;

import dev.potstill.api.Routing;
import dev.potstill.trainer.data.Routes.Rated;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.Encoded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Decides which teacher answers which prompt, and writes it down with the reason. */
final class Router {
    private static final String EASY = "routed.easy";
    private static final String HARD = "routed.hard";

    private static final int WINDOW = 1024;

    /** Tokens of one pass through the easy teacher. */
    private static final int BATCH_TOKENS = 8192;

    private final Routing routing;

    Router(Routing routing) {
        this.routing = routing;
    }

    /** Writes {@link DataFiles#ROUTES} into a folder, by what can be counted in the prompts. */
    Tally byComplexity(Path folder, Supplier<Stream<Question>> questions) {
        try (Stream<Question> all = questions.get()) {
            return write(
                    folder,
                    questions,
                    prompts(all)
                            .map(question -> new Rated(
                                    question.id(), complexity(question).points()))
                            .toList());
        }
    }

    /** The same, by how unlikely the prompts are to the easy teacher. */
    Tally byPerplexity(
            Path folder, Supplier<Stream<Question>> questions, Respondent easy, Saved<Rated> saved, Activity activity) {
        ChatEncoder encoder = Lengths.encoder(easy.tokenizer());
        List<Rated> rated = new ArrayList<>();
        try (Stream<Question> all = questions.get()) {
            Iterator<Question> rest = prompts(all).iterator();
            for (int batch = 0; rest.hasNext(); ) {
                List<Question> window = new ArrayList<>();
                while (rest.hasNext() && window.size() < WINDOW) {
                    window.add(rest.next());
                }
                for (List<Question> part : SamplingPlan.cut(window, Question::tokens, BATCH_TOKENS, WINDOW)) {
                    rated.addAll(saved.get(batch++, () -> rate(part, easy, encoder, activity)));
                    activity.done(part.size());
                }
            }
        }
        return write(folder, questions, rated);
    }

    private static List<Rated> rate(List<Question> questions, Respondent easy, ChatEncoder encoder, Activity activity) {
        activity.work();
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

    private static Stream<Question> prompts(Stream<Question> questions) {
        return questions.filter(Question::first);
    }

    private static Complexity complexity(Question question) {
        return Complexity.of(question.prompt(), question.tokens());
    }

    private Tally write(Path folder, Supplier<Stream<Question>> questions, List<Rated> rated) {
        Routes routes = Routes.of(routing, rated);
        Map<String, Double> hardness = rated.stream().collect(Collectors.toMap(Rated::id, Rated::hardness));
        Tally tally = new Tally();
        tally.add(EASY, routes.prompts(routing.easy()));
        tally.add(HARD, routes.prompts(routing.hard()));
        try (Stream<Question> all = questions.get();
                JsonLines out = JsonLines.write(folder.resolve(DataFiles.ROUTES))) {
            prompts(all)
                    .map(question -> new Route(
                            question.id(),
                            routes.teacher(question.id()),
                            Objects.requireNonNull(hardness.get(question.id())),
                            routing.policy() == Routing.Policy.Complexity ? complexity(question) : null))
                    .forEach(out::add);
        }
        return tally;
    }
}
