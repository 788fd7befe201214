package dev.potstill.trainer.data;

import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.api.Suite;
import dev.potstill.trainer.data.Row.Origin;
import dev.potstill.trainer.data.Way.Candidate;
import dev.potstill.trainer.data.clean.Contamination;
import dev.potstill.trainer.data.clean.Redaction;
import dev.potstill.trainer.reward.Verifiers;
import dev.potstill.trainer.text.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The answers to a question, told apart: those that are whole and right, those that are wrong, and those to be dropped, counted. */
record Sorting(Verifiers verifiers, Contamination.Search contamination, Redaction redaction, Tally tally) {
    static final String SAMPLED = "sampled";

    /** Answers of sources and of teachers, and questions that have none: each of them becomes a row or is dropped. */
    static final String JUDGED = "judged";

    /** Both in the order of the samples, the source's own answer first. */
    record Sorted(List<Candidate> right, List<Candidate> wrong) {}

    Sorted of(Question question, List<Answer> answers) {
        var sorted = new Sorted(new ArrayList<>(), new ArrayList<>());
        tally.add(JUDGED, Math.max(1, answers.size() + (question.answer() == null ? 0 : 1)));
        if (question.answer() != null) {
            ofSource(question, question.answer(), sorted);
        } else if (answers.isEmpty()) {
            tally.drop("noAnswer");
        }
        List<Answer> inTurn =
                answers.stream().sorted(Comparator.comparingInt(Answer::sample)).toList();
        List<Boolean> agree = agree(question, inTurn);
        for (int i = 0; i < inTurn.size(); i++) {
            judge(question, inTurn.get(i), agree.get(i), sorted);
        }
        return sorted;
    }

    /** Answers in sources are read, not run; those with a reference of their own were held against it before. */
    private void ofSource(Question question, String answer, Sorted sorted) {
        boolean judged = question.carried() && question.verifier() != Verifier.Code;
        var candidate = new Candidate(question.id(), answer, Origin.Source);
        boolean right = !judged
                || question.asked().stream()
                        .allMatch(asked -> verifiers
                                .areRight(List.of(new Verifiers.Given(asked, answer)))
                                .getFirst());
        if (right) {
            sorted.right.add(candidate);
        } else {
            tally.drop("wrongAnswer");
            sorted.wrong.add(candidate);
        }
    }

    void countMasked() {
        redaction.counts().forEach((kind, count) -> tally.add("redacted." + kind, count));
    }

    /** Whether each is the known right answer; true where none is known. */
    private List<Boolean> agree(Question question, List<Answer> answers) {
        return question.asked()
                .map(asked -> verifiers.areRight(answers.stream()
                        .map(answer -> new Verifiers.Given(asked, answer.text()))
                        .toList()))
                .orElseGet(() -> Collections.nCopies(answers.size(), true));
    }

    private void judge(Question question, Answer answer, boolean agrees, Sorted sorted) {
        tally.add(SAMPLED);
        if (!answer.ended()) {
            tally.drop("truncated");
        } else if (answer.text().isBlank()) {
            tally.drop("emptyAnswer");
        } else {
            // Looked for before masking, which could part a question's words.
            Optional<Suite> suite = contamination.in(List.of(new Message("assistant", answer.text())));
            suite.ifPresentOrElse(
                    found -> tally.drop("contaminated." + found), () -> sort(question, answer, agrees, sorted));
        }
    }

    private void sort(Question question, Answer answer, boolean agrees, Sorted sorted) {
        var candidate =
                new Candidate(question.id() + "-t" + answer.sample(), redaction.apply(answer.text()), Origin.Teacher);
        if (question.reference() == null) {
            sorted.right.add(candidate);
        } else if (agrees) {
            tally.add("sampled.right");
            sorted.right.add(candidate);
        } else {
            tally.drop("wrong");
            sorted.wrong.add(candidate);
        }
    }
}
