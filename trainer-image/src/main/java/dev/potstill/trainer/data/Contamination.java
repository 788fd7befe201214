package dev.potstill.trainer.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Evaluation.SuiteData;
import dev.potstill.api.Suite;
import dev.potstill.contract.Problem;
import dev.potstill.contract.SourceDigests;
import dev.potstill.contract.StageSettings;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.Lines.Line;
import dev.potstill.trainer.text.Message;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Keeps a run's exam questions out of its training set. */
final class Contamination {
    /** Words in a row that two texts do not share by chance (Brown et al. 2020, appendix C). */
    private static final int GRAM = 13;

    /** Only problems of this form: the hash that sets them apart says something of any text. */
    private static final Pattern WORD_PROBLEM =
            Pattern.compile("(?:Tom|Sam|Ann|Eva) has \\d+ .{1,200} How many \\w+ are left\\?");

    private final Map<Suite, Predicate<String>> asked = new EnumMap<>(Suite.class);

    Contamination(DistillationRunSpec spec) {
        for (Suite suite : StageSettings.keptOutOfTraining(spec)) {
            asked.put(suite, suite == Suite.WordProblems ? Contamination::isHeldOutProblem : Grams.of(suite, spec)::in);
        }
    }

    /** The first suite that asks what one of the user's messages says. */
    Optional<Suite> in(List<Message> prompt) {
        return asked.entrySet().stream()
                .filter(suite -> prompt.stream()
                        .filter(message -> message.role().equals("user"))
                        .anyMatch(message -> suite.getValue().test(message.content())))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean isHeldOutProblem(String text) {
        return WORD_PROBLEM.matcher(text.strip()).matches() && WordProblems.isHeldOut(text.strip());
    }

    /** A suite's questions, whole and as every run of 13 words in them, by fingerprint. */
    private record Grams(Set<Long> questions, Set<Long> grams) {

        static Grams of(Suite suite, DistillationRunSpec spec) {
            var found = new Grams(new HashSet<>(), new HashSet<>());
            try (Lines lines = Lines.open(file(suite, spec))) {
                for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                    JsonNode json = Interaction.json(line.get());
                    found.add(Interaction.text(line.get(), json.path("question"), "question"));
                }
            }
            return found;
        }

        private static Path file(Suite suite, DistillationRunSpec spec) {
            return spec.evaluation().data().stream()
                    .filter(data -> data.suite() == suite)
                    .map(SuiteData::uri)
                    .map(SourceDigests::path)
                    .findFirst()
                    .orElseThrow(
                            () -> Problem.rejected(("spec.evaluation.data: found none for %s, expected the file of its"
                                            + " questions, which must stay out of the training set; add {suite: %s, uri: …}")
                                    .formatted(suite, suite)));
        }

        private void add(String question) {
            List<String> words = Words.of(question);
            if (words.isEmpty()) {
                return;
            }
            questions.add(Fingerprint.of(String.join(" ", words)));
            for (int i = 0; i + GRAM <= words.size(); i++) {
                grams.add(gram(words, i));
            }
        }

        boolean in(String text) {
            List<String> words = Words.of(text);
            if (questions.contains(Fingerprint.of(String.join(" ", words)))) {
                return true;
            }
            for (int i = 0; i + GRAM <= words.size(); i++) {
                if (grams.contains(gram(words, i))) {
                    return true;
                }
            }
            return false;
        }

        private static long gram(List<String> words, int from) {
            return Fingerprint.of(String.join(" ", words.subList(from, from + GRAM)));
        }
    }
}
