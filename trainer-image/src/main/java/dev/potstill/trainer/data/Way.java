package dev.potstill.trainer.data;

import dev.potstill.trainer.data.Row.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A path, and the answers to a prompt that took it.
 *
 * @param answers in their turn, at least one
 */
record Way(ReasoningPath path, List<Candidate> answers) {

    Way {
        answers = List.copyOf(answers);
    }

    /** An answer that may become a row. */
    record Candidate(String id, String text, Origin origin) {}

    /** Answers by their paths, in the order in which these first came up. */
    static List<Way> of(Question question, List<Candidate> answers) {
        Map<ReasoningPath, List<Candidate>> byPath = new LinkedHashMap<>();
        answers.forEach(
                answer -> byPath.computeIfAbsent(ReasoningPath.of(question, answer.text()), any -> new ArrayList<>())
                        .add(answer));
        return byPath.entrySet().stream()
                .map(entry -> new Way(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** @param row which of its answers became a row */
    MultiPath.Path told(Optional<Candidate> row) {
        return new MultiPath.Path(
                path.steps(),
                row.orElseGet(answers::getFirst).text(),
                answers.size(),
                row.map(Candidate::id).orElse(null));
    }

    String text() {
        return answers.getFirst().text();
    }

    /** Every wrong way beside the right one that it follows furthest; beside each in turn where it follows several as far. */
    static List<Contrast> contrasts(Question question, List<Way> right, List<Way> wrong) {
        List<Contrast> pairs = new ArrayList<>();
        for (int i = 0; i < wrong.size() && !right.isEmpty(); i++) {
            ReasoningPath astray = wrong.get(i).path();
            int most = right.stream()
                    .mapToInt(way -> way.path().shared(astray))
                    .max()
                    .orElse(0);
            List<Way> nearest = right.stream()
                    .filter(way -> way.path().shared(astray) == most)
                    .toList();
            pairs.add(new Contrast(
                    question.id() + "-c" + i,
                    question.prompt(),
                    nearest.get(i % nearest.size()).text(),
                    wrong.get(i).text(),
                    most));
        }
        return pairs;
    }
}
