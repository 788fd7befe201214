package dev.potstill.trainer.data;

import dev.potstill.api.Data;
import dev.potstill.api.Data.Paths;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.trainer.data.Row.Origin;
import dev.potstill.trainer.data.SamplingPlan.Batch;
import dev.potstill.trainer.data.SamplingPlan.Window;
import dev.potstill.trainer.data.Sorting.Sorted;
import dev.potstill.trainer.data.Way.Candidate;
import dev.potstill.trainer.data.clean.Contamination;
import dev.potstill.trainer.data.clean.Fingerprint;
import dev.potstill.trainer.data.clean.Redaction;
import dev.potstill.trainer.reward.Verifiers;
import java.nio.file.Path;
import java.util.ArrayList;
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

    static final String UNASKED = "unasked";
    static final String HELD_OUT = "rows.heldOut";
    private static final String FROM_SOURCE = "rows.fromSource";
    private static final String FROM_TEACHER = "rows.fromTeacher";

    private final Data data;
    private final SetAside setAside;
    private final Sorting sorting;
    private final Making making;
    private final Tally tally = new Tally();
    private final Set<Long> paths = new HashSet<>();

    Answering(
            DistillationRunSpec spec,
            Lengths lengths,
            Verifiers verifiers,
            Routes routes,
            SetAside setAside,
            Contamination contamination) {
        this.data = spec.data();
        this.setAside = setAside;
        this.sorting = new Sorting(verifiers, contamination.search(), new Redaction(data.redact()), tally);
        this.making = new Making(spec, lengths, routes, tally);
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
        sorting.countMasked();
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
            files.prompts.add(making.prompt(question));
        }
        Sorted sorted = sorting.of(question, answers);
        if (apart) {
            setAside(files.heldOut, question, sorted.right());
        } else {
            keep(files, question, sorted);
        }
    }

    /** Of a prompt with no known answer nobody can say which way is right: each text stands for itself. */
    private void keep(Files files, Question question, Sorted sorted) {
        String reference = question.reference();
        if (reference == null) {
            sorted.right().forEach(candidate -> keep(files.rows, question, List.of(candidate), false));
            return;
        }
        List<Way> ways = Way.of(question, sorted.right());
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
        contrast(files.contrasts, question, ways, sorted.wrong());
    }

    /**
     * Makes rows of answers that took the same path.
     *
     * @param isTaken whether an earlier row took it
     * @return the first that became a row
     */
    private Optional<Candidate> keep(JsonLines rows, Question question, List<Candidate> answers, boolean isTaken) {
        boolean one = question.reference() != null && data.augmentation().paths() == Paths.Distinct;
        List<Candidate> kept = new ArrayList<>();
        for (Candidate candidate : answers) {
            if (!making.isNew(question, candidate)) {
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
        Optional<Answered> answered = making.row(question, candidate);
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
        if (data.augmentation().contrastive()) {
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
            if (!making.isNew(question, candidate)) {
                continue;
            }
            if (done || tally.get(HELD_OUT) == data.heldOut().maxRows()) {
                tally.drop("heldOutSpare");
            } else {
                Optional<Answered> answered = making.row(question, candidate);
                answered.ifPresent(row -> out.add(row.row()));
                tally.add(HELD_OUT, answered.isPresent() ? 1 : 0);
                done = answered.isPresent();
            }
        }
    }

    /** Rows to train on. */
    static long kept(Tally answered) {
        return answered.get(FROM_SOURCE) + answered.get(FROM_TEACHER);
    }
}
