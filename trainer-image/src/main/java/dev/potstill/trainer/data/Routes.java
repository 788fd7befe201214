package dev.potstill.trainer.data;

import dev.potstill.api.Routing;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Which teacher answers which prompt: one for all, or an easy and a hard one. */
public final class Routes {
    private final String easy;
    private final String hard;
    private final Set<String> hardOnes;
    private final long prompts;
    private final Optional<Path> file;

    private Routes(String easy, String hard, Set<String> hardOnes, long prompts, Optional<Path> file) {
        this.file = file;
        this.easy = easy;
        this.hard = hard;
        this.hardOnes = hardOnes;
        this.prompts = prompts;
    }

    /** A prompt and how hard it is. */
    record Rated(String id, double hardness) {}

    /** @param prompts how many there are */
    static Routes allTo(String teacher, long prompts) {
        return new Routes(teacher, teacher, Set.of(), prompts, Optional.empty());
    }

    /** The hardest share goes to the hard teacher, exact to one prompt; of two equally hard ones the greater id is the harder. */
    static Routes of(Routing routing, List<Rated> rated) {
        int count = Shares.of(rated.size(), routing.hardPercent());
        Set<String> hardOnes = new HashSet<>();
        rated.stream()
                .sorted(Comparator.comparingDouble(Rated::hardness)
                        .thenComparing(Rated::id)
                        .reversed())
                .limit(count)
                .forEach(one -> hardOnes.add(one.id()));
        return new Routes(routing.easy(), routing.hard(), hardOnes, rated.size(), Optional.empty());
    }

    /** As an earlier step wrote them. */
    static Routes read(Routing routing, Phase routed) {
        Path file = routed.file(DataFiles.ROUTES);
        Set<String> hardOnes = new HashSet<>();
        long prompts = 0;
        try (Stream<Route> routes = JsonLines.read(file, Route.class)) {
            for (Route route : (Iterable<Route>) routes::iterator) {
                prompts++;
                if (route.teacher().equals(routing.hard())) {
                    hardOnes.add(route.id());
                }
            }
        }
        return new Routes(routing.easy(), routing.hard(), hardOnes, prompts, Optional.of(file));
    }

    /** Where they are written down; nowhere where one teacher answers all. */
    Optional<Path> file() {
        return file;
    }

    /** The teachers that are asked, each once. */
    public List<String> teachers() {
        return Stream.of(easy, hard).distinct().toList();
    }

    String teacher(String question) {
        return hardOnes.contains(question) ? hard : easy;
    }

    /** How many prompts a teacher is asked about. */
    long prompts(String teacher) {
        long hardCount = hardOnes.size();
        return teacher.equals(easy) ? prompts - hardCount : hardCount;
    }
}
