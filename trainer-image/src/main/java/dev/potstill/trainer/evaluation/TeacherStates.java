package dev.potstill.trainer.evaluation;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.evaluation.TokenLosses.Predictions;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.signals.Ascent;
import dev.potstill.trainer.signals.Column;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The teacher's final hidden states of every held-out answer token. With its head they are its whole next-token distributions, in a
 * fraction of the space, and the teacher runs once however many models are compared with it; or where there is no room to keep them, once
 * for each.
 *
 * @param teacher stays open as long as this is used
 * @param set the held-out rows as the teacher reads them
 * @param store where they are kept; none where there is no room
 */
record TeacherStates(Subject teacher, TrainingSet set, Optional<SignalStore> store) implements AutoCloseable {
    private static final String STATES = "states";

    /** What is stored of each row. */
    static Column column(ModelConfig config, ElementType type) {
        return new Column(STATES, type, config.width(), Column.Rows.Targets);
    }

    static TeacherStates read(
            Subject teacher,
            long memory,
            TrainingSet set,
            Optional<SignalStore> store,
            ProgressBoard progress,
            StopSignal stop) {
        LanguageModel model = teacher.model();
        store.ifPresent(kept -> kept.fill(
                "reading the teacher on held-out rows",
                (scope, rest, samples) -> Map.of(STATES, last(scope, model, rest, samples)),
                Ascent.blockTokens(model, List.of(column(model.config(), model.type())), memory),
                progress,
                stop));
        return new TeacherStates(teacher, set, store);
    }

    /** A model's final hidden states [M, width] where the next token is to be predicted. */
    static Tensor last(Scope scope, LanguageModel model, TrainingSet set, int[] samples) {
        return Ops.cat(scope, Ascent.last(model, scope, set, samples), 0);
    }

    Predictions predictions(Scope scope, int[] samples) {
        Tensor states = store.map(kept -> kept.rows(scope, STATES, samples))
                .orElseGet(() -> last(scope, teacher.model(), set, samples));
        return new Predictions(states, teacher.model());
    }

    /** Distributions over different tokens cannot be compared. */
    void requireSameVocabulary(Subject other) {
        int found = other.model().config().vocabulary();
        int expected = teacher.model().config().vocabulary();
        if (found != expected) {
            throw unlike(other, "vocab_size: found %d and %d".formatted(found, expected));
        }
        Map<String, Integer> ids = teacher.vocabulary().ids();
        other.vocabulary().ids().forEach((token, id) -> {
            Integer same = ids.get(token);
            if (same == null || !same.equals(id)) {
                throw unlike(
                        other,
                        "the token \"%s\": found number %d and %s".formatted(token, id, same == null ? "none" : same));
            }
        });
    }

    private Problem unlike(Subject other, String difference) {
        return Problem.unfit(
                "spec.evaluation.suites: Divergence compares %s (%s) with the teacher (%s), expected equal vocabularies; %s. Leave out Divergence, or take a student with the teacher's tokenizer"
                        .formatted(
                                other.name(),
                                other.tokenizer().files().origin(),
                                teacher.tokenizer().files().origin(),
                                difference));
    }

    /** Whether another model reads the rows as the same tokens. */
    boolean readsAs(TrainingSet other) {
        return other.digest().equals(set.digest());
    }

    @Override
    public void close() {
        store.ifPresent(SignalStore::close);
    }
}
