package dev.potstill.trainer.data;

import dev.potstill.api.Data.Reasoning;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.trainer.data.Sources.Named;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The first step: reads the sources, drops what does not teach, and says which prompts are set aside. */
final class Collection {
    static final String QUESTIONS = "questions.jsonl";
    /** Prompts that open like this or by a lower fingerprint are held out; absent where none are. */
    static final String THRESHOLD = "heldOut.threshold";

    static final String READ = "rows.read";
    static final String COLLECTED = "rows.collected";
    static final String ASKED = "prompts.distinct";
    private static final int ROWS_A_LOOK = 256;

    private final DistillationRunSpec spec;
    private final Lengths lengths;
    private final ProgressBoard progress;
    private final StopSignal stop;
    private final Contamination contamination;
    private final Tally tally = new Tally();
    private final Set<Long> rows = new HashSet<>();
    private final Set<Long> prompts = new HashSet<>();
    private final Set<Long> openings = new HashSet<>();
    private int kept;

    Collection(DistillationRunSpec spec, Lengths lengths, ProgressBoard progress, StopSignal stop) {
        this.spec = spec;
        this.lengths = lengths;
        this.progress = progress;
        this.stop = stop;
        this.contamination = new Contamination(spec);
    }

    /** Writes {@link #QUESTIONS} into a folder. */
    Tally collect(Path folder) {
        int most = spec.data().filter().maxInteractions();
        progress.begin("reading", 0, 0);
        tally.add(READ, 0);
        try (JsonLines out = JsonLines.write(folder.resolve(QUESTIONS))) {
            new Sources(spec.data().sources(), spec.training().seed(), most).read(named -> {
                tally.add(READ);
                look();
                question(named).ifPresent(out::add);
                return kept < most;
            });
        }
        tally.add(COLLECTED, kept);
        tally.add(ASKED, prompts.size());
        setAside();
        return tally;
    }

    private void look() {
        if (tally.get(READ) % ROWS_A_LOOK == 0) {
            stop.check();
            progress.advance(tally.get(READ), 0, Map.of());
        }
    }

    private Optional<Question> question(Named named) {
        Interaction row = named.interaction();
        Optional<String> reason = dropped(row);
        int tokens = reason.isPresent() ? 0 : lengths.ofPrompt(row.prompt());
        if (reason.isEmpty() && tokens >= spec.training().maxLength()) {
            reason = Optional.of("tooLong");
        }
        if (reason.isPresent()) {
            tally.drop(reason.get());
            return Optional.empty();
        }
        kept++;
        long opening = Fingerprint.ofOpening(row.prompt());
        openings.add(opening);
        boolean first = prompts.add(Fingerprint.of(row.prompt()));
        return Optional.of(new Question(
                named.id(),
                row.prompt(),
                row.answer().orElse(null),
                row.reference().orElse(null),
                opening,
                first,
                tokens,
                row.verifier().orElse(null),
                null));
    }

    private Optional<String> dropped(Interaction row) {
        if (row.prompt().getLast().content().isBlank()) {
            return Optional.of("emptyPrompt");
        }
        if (row.answer().filter(String::isBlank).isPresent()) {
            return Optional.of("emptyAnswer");
        }
        if (isRepeated(row)) {
            return Optional.of("duplicate");
        }
        return contamination
                .in(row.prompt())
                .map(suite -> "contaminated." + suite)
                .or(() -> row.answer().flatMap(this::unreasoned));
    }

    /** The same answer to the same prompt again, or a prompt alone that was there before. */
    private boolean isRepeated(Interaction row) {
        return row.answer()
                .map(answer -> !rows.add(Fingerprint.of(row.prompt(), answer)))
                .orElseGet(() -> prompts.contains(Fingerprint.of(row.prompt())));
    }

    private Optional<String> unreasoned(String answer) {
        return spec.data().filter().reasoning() == Reasoning.Required
                ? Rationale.in(answer).missing()
                : Optional.empty();
    }

    /** The share of prompts with the lowest fingerprints, at least one where there are two, at most as many as rows are wanted. */
    private void setAside() {
        long[] sorted = openings.stream()
                .mapToLong(opening -> opening ^ Long.MIN_VALUE)
                .sorted()
                .toArray();
        long share = Math.round(sorted.length * spec.data().heldOut().percent() / 100.0);
        long count = Math.min(Math.max(share, 1), Math.min(spec.data().heldOut().maxRows(), sorted.length - 1L));
        if (count > 0) {
            tally.add(
                    THRESHOLD, Arrays.stream(sorted).skip(count - 1).findFirst().orElseThrow() ^ Long.MIN_VALUE);
        }
    }

    /** Whether a question is set aside: never trained on. */
    static boolean isHeldOut(Question question, Tally collected) {
        return collected.counts().containsKey(THRESHOLD)
                && Long.compareUnsigned(question.opening(), collected.get(THRESHOLD)) <= 0;
    }
}
