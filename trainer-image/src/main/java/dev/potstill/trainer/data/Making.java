package dev.potstill.trainer.data;

import dev.potstill.api.Data.Reasoning;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.trainer.data.Row.Origin;
import dev.potstill.trainer.data.Way.Candidate;
import dev.potstill.trainer.data.clean.Fingerprint;
import dev.potstill.trainer.data.clean.Rationale;
import dev.potstill.trainer.text.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rows of answers, as far as those are new, hold the reasoning that is asked for, and fit a sequence. What is dropped is counted. */
final class Making {
    private final DistillationRunSpec spec;
    private final Lengths lengths;
    private final Routes routes;
    private final Tally tally;
    private final Set<Long> known = new HashSet<>();

    Making(DistillationRunSpec spec, Lengths lengths, Routes routes, Tally tally) {
        this.spec = spec;
        this.lengths = lengths;
        this.routes = routes;
        this.tally = tally;
    }

    /** A question without its answer. */
    Row prompt(Question question) {
        return row(question.id(), question.prompt(), question, Origin.Source);
    }

    boolean isNew(Question question, Candidate candidate) {
        boolean added = known.add(Fingerprint.of(question.prompt(), candidate.text()));
        if (!added) {
            tally.drop("duplicateAnswer");
        }
        return added;
    }

    Optional<Answered> row(Question question, Candidate candidate) {
        boolean teachers = candidate.origin() == Origin.Teacher;
        if (teachers && spec.data().filter().reasoning() == Reasoning.Required) {
            Optional<String> missing = Rationale.in(candidate.text()).missing();
            if (missing.isPresent()) {
                tally.drop(missing.get());
                return Optional.empty();
            }
        }
        var messages = new ArrayList<>(question.prompt());
        messages.add(new Message("assistant", candidate.text()));
        int tokens = lengths.of(messages);
        if (tokens > spec.training().maxLength()) {
            tally.drop("tooLong");
            return Optional.empty();
        }
        return Optional.of(new Answered(row(candidate.id(), messages, question, candidate.origin()), tokens));
    }

    private Row row(String id, List<Message> messages, Question question, Origin origin) {
        return new Row(
                id,
                messages,
                question.reference(),
                null,
                null,
                origin,
                question.verifier(),
                question.language(),
                origin == Origin.Teacher ? routes.teacher(question.id()) : null);
    }
}
