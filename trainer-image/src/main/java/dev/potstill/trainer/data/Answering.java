package dev.potstill.trainer.data;

import dev.potstill.api.Data.Paths;
import dev.potstill.api.Data.Reasoning;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Suite;
import dev.potstill.trainer.data.Row.Origin;
import dev.potstill.trainer.data.SamplingPlan.Batch;
import dev.potstill.trainer.data.SamplingPlan.Window;
import dev.potstill.trainer.data.Way.Candidate;
import dev.potstill.trainer.data.clean.Contamination;
import dev.potstill.trainer.data.clean.Fingerprint;
import dev.potstill.trainer.data.clean.Rationale;
import dev.potstill.trainer.data.clean.Redaction;
import dev.potstill.trainer.reward.Verifiers;
import dev.potstill.trainer.text.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The second step: rows of the sources' answers and the teachers', as far as those are whole, right and new. */
final class Answering {
    /** Rows to grade, an {@link Answered} a line. */
    static final String ROWS = "rows.jsonl";

    static final String SAMPLED = "sampled";
    static final String UNASKED = "unasked";
    static final String HELD_OUT = "rows.heldOut";
    private static final String FROM_SOURCE = "rows.fromSource";
    private static final String FROM_TEACHER = "rows.fromTeacher";

    private final DistillationRunSpec spec;
    private final Lengths lengths;
    private final Verifiers verifiers;
    private final Routes routes;
    private final SetAside setAside;
    private final Contamination.Search contamination;
    private final Redaction redaction;
    private final Tally tally = new Tally();
    private final Set<Long> known = new HashSet<>();
    private final Set<Long> paths = new HashSet<>();

    Answering(
            DistillationRunSpec spec,
            Lengths lengths,
            Verifiers verifiers,
            Routes routes,
            SetAside setAside,
            Contamination contamination) {
        this.spec = spec;
        this.lengths = lengths;
        this.verifiers = verifiers;
        this.routes = routes;
        this.setAside = setAside;
        this.contamination = contamination.search();
        this.redaction = new Redaction(spec.data().redact());
    }

    /** The files this step fills. */
    private record Files(JsonLines rows, JsonLines heldOut, JsonLines prompts, JsonLines contrasts, JsonLines paths)
            implements AutoCloseable {
        static Files in(Path folder) {
            return new Files(
                    JsonLines.write(folder.resolve(ROWS)),
                    JsonLines.write(folder.resolve(DataFiles.HELD_OUT)),
                    JsonLines.write(folder.resolve(DataFiles.PROMPTS)),
                    JsonLines.write(folder.resolve(DataFiles.CONTRASTIVE)),
                    JsonLines.write(folder.resolve(DataFiles.PATHS)));
        }

        @Override
        public void close() {
            try (rows;
                    heldOut;
                    prompts;
                    contrasts) {
                paths.close();
            }
        }
    }

    /** @param said the answers of a batch of the plan */
    Tally answer(Path folder, Stream<Window> windows, Function<Batch, List<Answer>> said) {
        try (Files files = Files.in(folder)) {
            windows.forEach(window -> {
                Map<String, List<Answer>> answers = window.batches().stream()
                        .flatMap(batch -> counted(batch, said.apply(batch)))
                        .collect(Collectors.groupingBy(Answer::question));
                window.questions()
                        .forEach(question -> answer(files, question, answers.getOrDefault(question.id(), List.of())));
            });
        }
        redaction.counts().forEach((kind, count) -> tally.add("redacted." + kind, count));
        return tally;
    }

    private Stream<Answer> counted(Batch batch, List<Answer> answers) {
        tally.add(UNASKED, batch.requests().size() - answers.size());
        Work.of(answers).addTo(tally, batch.teacher());
        return answers.stream();
    }

    private void answer(Files files, Question question, List<Answer> answers) {
        boolean apart = setAside.has(question);
        if (!apart && question.first() && question.reference() != null) {
            files.prompts.add(row(question.id(), question.prompt(), question, Origin.Source));
        }
        List<Candidate> right = new ArrayList<>();
        List<Candidate> wrong = new ArrayList<>();
        if (question.answer() != null) {
            right.add(new Candidate(question.id(), question.answer(), Origin.Source));
        }
        if (question.answer() == null && answers.isEmpty()) {
            tally.drop("noAnswer");
        }
        List<Answer> inTurn =
                answers.stream().sorted(Comparator.comparingInt(Answer::sample)).toList();
        List<Boolean> agree = agree(question, inTurn);
        for (int i = 0; i < inTurn.size(); i++) {
            judge(question, inTurn.get(i), agree.get(i), right, wrong);
        }
        if (apart) {
            setAside(files.heldOut, question, right);
        } else {
            keep(files, question, right, wrong);
        }
    }

    /** Whether each is the known right answer; true where none is known. */
    private List<Boolean> agree(Question question, List<Answer> answers) {
        return question.asked()
                .map(asked -> verifiers.areRight(answers.stream()
                        .map(answer -> new Verifiers.Given(asked, answer.text()))
                        .toList()))
                .orElseGet(() -> Collections.nCopies(answers.size(), true));
    }

    private void judge(Question question, Answer answer, boolean agrees, List<Candidate> right, List<Candidate> wrong) {
        tally.add(SAMPLED);
        if (!answer.ended()) {
            tally.drop("truncated");
        } else if (answer.text().isBlank()) {
            tally.drop("emptyAnswer");
        } else {
            // Looked for before masking, which could part a question's words.
            Optional<Suite> suite = contamination.in(List.of(new Message("assistant", answer.text())));
            suite.ifPresentOrElse(
                    found -> tally.drop("contaminated." + found), () -> sort(question, answer, agrees, right, wrong));
        }
    }

    private void sort(Question question, Answer answer, boolean agrees, List<Candidate> right, List<Candidate> wrong) {
        var candidate =
                new Candidate(question.id() + "-t" + answer.sample(), redaction.apply(answer.text()), Origin.Teacher);
        if (question.reference() == null) {
            right.add(candidate);
        } else if (agrees) {
            tally.add("sampled.right");
            right.add(candidate);
        } else {
            tally.drop("wrong");
            wrong.add(candidate);
        }
    }

    private boolean isNew(Question question, Candidate candidate) {
        boolean added = known.add(Fingerprint.of(question.prompt(), candidate.text()));
        if (!added) {
            tally.drop("duplicateAnswer");
        }
        return added;
    }

    /** Of a prompt with no known answer nobody can say which way is right: each text stands for itself. */
    private void keep(Files files, Question question, List<Candidate> right, List<Candidate> wrong) {
        String reference = question.reference();
        if (reference == null) {
            right.forEach(candidate -> keep(files.rows, question, List.of(candidate), false));
            return;
        }
        List<Way> ways = Way.of(question, right);
        List<MultiPath.Path> told = new ArrayList<>();
        for (Way way : ways) {
            boolean isTaken = !paths.add(Fingerprint.of(
                    question.prompt(), "path\0" + String.join("\0", way.path().steps())));
            told.add(way.told(keep(files.rows, question, way.answers(), isTaken)));
        }
        if (!ways.isEmpty()) {
            files.paths.add(new MultiPath(question.id(), question.prompt(), reference, told));
            PathCounts.add(tally, ways.size());
        }
        contrast(files.contrasts, question, ways, wrong);
    }

    /**
     * Makes rows of answers that took the same path.
     *
     * @param isTaken whether an earlier row took it
     * @return the first that became a row
     */
    private Optional<Candidate> keep(JsonLines rows, Question question, List<Candidate> answers, boolean isTaken) {
        boolean one = question.reference() != null && spec.data().augmentation().paths() == Paths.Distinct;
        List<Candidate> kept = new ArrayList<>();
        for (Candidate candidate : answers) {
            if (!isNew(question, candidate)) {
                continue;
            }
            if (one && (isTaken || !kept.isEmpty())) {
                tally.drop("samePath");
            } else if (keep(rows, question, candidate)) {
                kept.add(candidate);
            }
        }
        return kept.stream().findFirst();
    }

    private boolean keep(JsonLines rows, Question question, Candidate candidate) {
        Optional<Answered> answered = fit(question, candidate);
        answered.ifPresent(row -> {
            rows.add(row);
            tally.add(candidate.origin() == Origin.Source ? FROM_SOURCE : FROM_TEACHER);
            if (row.row().teacher() != null) {
                tally.add(Work.rows(row.row().teacher()));
            }
        });
        return answered.isPresent();
    }

    private void contrast(JsonLines out, Question question, List<Way> right, List<Candidate> wrong) {
        if (spec.data().augmentation().contrastive()) {
            Way.contrasts(question, right, Way.of(question, wrong)).forEach(pair -> {
                out.add(pair);
                tally.add(PathCounts.PAIRS);
            });
        }
    }

    /** One answer to a prompt is enough, the source's where it has one: these rows only measure. */
    private void setAside(JsonLines out, Question question, List<Candidate> right) {
        boolean done = false;
        for (Candidate candidate : right) {
            if (!isNew(question, candidate)) {
                continue;
            }
            if (done || tally.get(HELD_OUT) == spec.data().heldOut().maxRows()) {
                tally.drop("heldOutSpare");
            } else {
                Optional<Answered> answered = fit(question, candidate);
                answered.ifPresent(row -> out.add(row.row()));
                tally.add(HELD_OUT, answered.isPresent() ? 1 : 0);
                done = answered.isPresent();
            }
        }
    }

    private Optional<Answered> fit(Question question, Candidate candidate) {
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

    /** Rows to train on. */
    static long kept(Tally answered) {
        return answered.get(FROM_SOURCE) + answered.get(FROM_TEACHER);
    }
}
