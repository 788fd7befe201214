package dev.potstill.trainer.data;

import dev.potstill.api.Data.Source;
import dev.potstill.contract.Problem;
import dev.potstill.contract.SourceDigests;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.Lines.Line;
import dev.potstill.trainer.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reads a run's sources one interaction at a time. */
final class Sources {
    private static final String WORD_PROBLEMS = "builtin://word-problems";

    private final List<Source> sources;
    private final long seed;
    private final int problems;

    /**
     * @param seed of word problems
     * @param problems how many word problems there are, of which there is no end
     */
    Sources(List<Source> sources, long seed, int problems) {
        this.sources = List.copyOf(sources);
        this.seed = seed;
        this.problems = problems;
    }

    /** An interaction and its name: its source's and its own number. */
    record Named(String id, Interaction interaction) {}

    /** Hands out every interaction in order, for as long as {@code wantsMore} says so. */
    void read(Predicate<Named> wantsMore) {
        boolean more = true;
        for (int i = 0; i < sources.size() && more; i++) {
            more = read(i, wantsMore);
        }
    }

    private boolean read(int index, Predicate<Named> wantsMore) {
        Source source = sources.get(index);
        if (source.uri().startsWith("builtin://")) {
            return wordProblems(index, source.uri(), wantsMore);
        }
        long number = 0;
        for (Path file : files(SourceDigests.path(source.uri()))) {
            try (Lines lines = Lines.open(file)) {
                for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                    var interaction = Interaction.parse(line.get(), source.format());
                    if (!wantsMore.test(new Named(id(index, number++), interaction))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private boolean wordProblems(int index, String uri, Predicate<Named> wantsMore) {
        if (!uri.equals(WORD_PROBLEMS)) {
            throw Problem.rejected(
                    "spec.data.sources[%d].uri: found %s, expected %s or a file".formatted(index, uri, WORD_PROBLEMS));
        }
        var stream = new WordProblems(seed);
        for (long number = 0; number < problems; number++) {
            var problem = stream.train(number);
            var interaction = new Interaction(
                    List.of(new Message("user", problem.prompt())),
                    Optional.empty(),
                    Optional.of(Long.toString(problem.answer())));
            if (!wantsMore.test(new Named(id(index, number), interaction))) {
                return false;
            }
        }
        return true;
    }

    private static String id(int source, long number) {
        return "s%d-%08d".formatted(source, number);
    }

    /** A folder's files in the order of their names; hidden ones are not meant. */
    private static List<Path> files(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Problem.storage(path, e);
        }
    }
}
