package dev.potstill.trainer.data;

import dev.potstill.api.Routing;
import dev.potstill.trainer.data.Routes.Rated;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides which teacher answers which prompt, and writes it down with the reason. */
final class Router {
    private static final String EASY = "routed.easy";
    private static final String HARD = "routed.hard";

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
    Tally byPerplexity(Path folder, Supplier<Stream<Question>> questions, Rating rating) {
        try (Stream<Question> all = questions.get()) {
            return write(folder, questions, rating.rated(prompts(all)));
        }
    }

    static Stream<Question> prompts(Stream<Question> questions) {
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
