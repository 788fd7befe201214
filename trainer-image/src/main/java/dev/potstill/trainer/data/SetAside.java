package dev.potstill.trainer.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which questions are never trained on: those of conversations that open in certain ways, so that none of them is known from another.
 *
 * @param openings their fingerprints
 */
record SetAside(Set<Long> openings) {
    private static final String FILE = "setAside.json";

    SetAside {
        openings = Set.copyOf(openings);
    }

    static void write(Path folder, List<Long> openings) {
        try (JsonLines out = JsonLines.write(folder.resolve(FILE))) {
            openings.forEach(out::add);
        }
    }

    static SetAside of(Phase collected) {
        try (Stream<Long> openings = JsonLines.read(collected.file(FILE), Long.class)) {
            return new SetAside(openings.collect(Collectors.toSet()));
        }
    }

    boolean has(Question question) {
        return openings.contains(question.opening());
    }
}
