package dev.potstill.trainer.data.clean;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Evaluation.SuiteData;
import dev.potstill.api.Suite;
import dev.potstill.contract.Problem;
import dev.potstill.contract.SourceDigests;
import dev.potstill.contract.StageSettings;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.text.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Keeps a run's exam questions out of its training set: from what is asked, from earlier turns and from answers. */
public final class Contamination {
    /** A question with fewer words is told from others by its choices. */
    private static final int TELLING_WORDS = 13;

    /** Only problems of this form: the hash that sets them apart says something of any text. */
    private static final Pattern WORD_PROBLEM =
            Pattern.compile("(?:Tom|Sam|Ann|Eva) has \\d+ .{1,200} How many \\w+ are left\\?");

    private final Set<Suite> suites;
    private final Grams grams = new Grams();

    public Contamination(DistillationRunSpec spec) {
        this.suites = StageSettings.keptOutOfTraining(spec);
        for (Suite suite : suites) {
            if (suite != Suite.WordProblems) {
                read(suite, spec);
            }
        }
    }

    private void read(Suite suite, DistillationRunSpec spec) {
        var words = new WordHashes(false);
        SuiteTexts.read(suite, file(suite, spec), asked -> {
            grams.add(words.clear().add(asked.text()), suite.ordinal());
            if (words.size() < TELLING_WORDS && !asked.choices().isEmpty()) {
                asked.choices().forEach(words::add);
                grams.addStart(words, suite.ordinal());
            }
        });
    }

    private static Path file(Suite suite, DistillationRunSpec spec) {
        return spec.evaluation().data().stream()
                .filter(data -> data.suite() == suite)
                .map(SuiteData::uri)
                .map(SourceDigests::path)
                .findFirst()
                .orElseThrow(() -> Problem.rejected(("spec.evaluation.data: found none for %s, expected the file of its"
                                + " questions, which must stay out of the training set; add {suite: %s, uri: …}")
                        .formatted(suite, suite)));
    }

    /** Looks into one text after the other, for one thread. */
    public final class Search {
        private final WordHashes words = new WordHashes(false);

        /** The first suite that asks what one of the messages says. */
        public Optional<Suite> in(List<Message> messages) {
            int found = 0;
            for (Message message : messages) {
                found |= grams.in(words.clear().add(message.content()));
                if (suites.contains(Suite.WordProblems) && isHeldOutProblem(message.content())) {
                    found |= 1 << Suite.WordProblems.ordinal();
                }
            }
            return found == 0 ? Optional.empty() : Optional.of(Suite.values()[Integer.numberOfTrailingZeros(found)]);
        }
    }

    public Search search() {
        return new Search();
    }

    private static boolean isHeldOutProblem(String text) {
        String problem = text.strip();
        return problem.endsWith("?") && WORD_PROBLEM.matcher(problem).matches() && WordProblems.isHeldOut(problem);
    }
}
