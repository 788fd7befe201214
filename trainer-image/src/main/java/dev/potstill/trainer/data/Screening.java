package dev.potstill.trainer.data;

import dev.potstill.api.Data.Reasoning;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.api.Suite;
import dev.potstill.trainer.data.clean.Contamination;
import dev.potstill.trainer.data.clean.Kind;
import dev.potstill.trainer.data.clean.Languages;
import dev.potstill.trainer.data.clean.Rationale;
import dev.potstill.trainer.data.clean.Redaction;
import dev.potstill.trainer.data.clean.Truncation;
import dev.potstill.trainer.data.source.Interaction;
import dev.potstill.trainer.reward.Asked;
import dev.potstill.trainer.reward.Verifiers;
import dev.potstill.trainer.text.Message;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Looks at one interaction after the other, each by itself: masks what is nobody's business, and says why it teaches nothing. */
final class Screening {
    /** Characters of a token, as texts have them on the average, at the very most. */
    private static final int LONGEST_TOKEN = 64;

    private final DistillationRunSpec spec;
    private final Lengths lengths;
    private final boolean counts;
    private final Contamination.Search contamination;
    private final Redaction redaction;

    /** Finds in tests what would be masked. Nothing is, so it is not counted with the rest. */
    private final Redaction inTests;

    private final Languages languages = new Languages();

    @SuppressWarnings("resource") // answers in sources are read, not run
    private final Verifiers verifiers = new Verifiers(() -> {
        throw new IllegalStateException("answers of sources are not run");
    });

    Screening(DistillationRunSpec spec, Lengths lengths, Contamination contamination) {
        this.spec = spec;
        this.lengths = lengths;
        this.counts = spec.routing() != null || spec.data().augmentation().samplesPerPrompt() > 0;
        this.contamination = contamination.search();
        this.redaction = new Redaction(spec.data().redact());
        this.inTests = new Redaction(spec.data().redact());
    }

    /**
     * What came of an interaction.
     *
     * @param interaction as it may be stored
     * @param dropped why it is left out; empty where it passes
     * @param tokens of the prompt, where it passes and they are wanted
     */
    record Outcome(
            Interaction interaction,
            Optional<String> dropped,
            OptionalInt tokens,
            Optional<String> language,
            Optional<Kind> kind,
            Optional<Rationale> rationale,
            Optional<Boolean> verified) {}

    Outcome screen(Interaction given) {
        // Looked for before masking, which could part a question's words.
        Optional<Suite> suite = contamination.in(given.messages());
        Interaction row = masked(given);
        Optional<String> reason =
                empty(row).or(() -> suite.map(found -> "contaminated." + found)).or(() -> personal(row));
        if (reason.isPresent()) {
            return new Outcome(
                    row,
                    reason,
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
        Optional<Rationale> rationale = row.answer().map(Rationale::in);
        Optional<Boolean> verified = verified(row);
        Optional<String> dropped = unusable(row, rationale, verified);
        OptionalInt tokens = dropped.isPresent() ? OptionalInt.empty() : tokens(row.prompt());
        if (tokens.orElse(0) >= spec.training().maxLength()) {
            dropped = Optional.of("tooLong");
        }
        return new Outcome(
                row,
                dropped,
                tokens,
                Optional.of(languages.of(row.prompt(), row.answer())),
                rationale.map(features ->
                        Kind.of(row.prompt().getLast().content(), row.answer().orElse(""), features)),
                rationale,
                verified);
    }

    /** Of a prompt; none where it is sure to fit and nobody asks for more. So long a text that no tokenizer makes it fit is not given to one. */
    private OptionalInt tokens(List<Message> prompt) {
        int most = spec.training().maxLength();
        long characters =
                prompt.stream().mapToLong(message -> message.content().length()).sum();
        if (characters > (long) LONGEST_TOKEN * most) {
            return OptionalInt.of(most);
        }
        return !counts && lengths.isBelow(prompt, most)
                ? OptionalInt.empty()
                : OptionalInt.of(lengths.ofPrompt(prompt));
    }

    Redaction redaction() {
        return redaction;
    }

    private Interaction masked(Interaction row) {
        if (spec.data().redact().isEmpty()) {
            return row;
        }
        List<Message> prompt = row.prompt().stream()
                .map(message -> new Message(message.role(), redaction.apply(message.content())))
                .toList();
        return new Interaction(
                prompt,
                row.answer().map(redaction::apply),
                isRun(row) ? row.reference() : row.reference().map(redaction::apply),
                row.verifier(),
                row.cut());
    }

    /** Tests with personal data in them can neither be masked, which would make others of them, nor stored as they are. */
    private Optional<String> personal(Interaction row) {
        return row.reference()
                .filter(tests -> isRun(row) && !inTests.apply(tests).equals(tests))
                .map(found -> "personalTests");
    }

    /** Whether the reference is a program of tests. */
    private static boolean isRun(Interaction row) {
        return row.verifier().filter(Verifier.Code::equals).isPresent();
    }

    private static Optional<String> empty(Interaction row) {
        if (row.prompt().getLast().content().isBlank()) {
            return Optional.of("emptyPrompt");
        }
        return row.answer().filter(String::isBlank).map(blank -> "emptyAnswer");
    }

    private Optional<String> unusable(Interaction row, Optional<Rationale> rationale, Optional<Boolean> verified) {
        if (row.answer().isPresent() && (row.cut() || Truncation.in(row.answer().get()))) {
            return Optional.of("truncatedAnswer");
        }
        if (verified.isPresent() && !verified.get()) {
            return Optional.of("wrongAnswer");
        }
        return spec.data().filter().reasoning() == Reasoning.Required
                ? rationale.flatMap(Rationale::missing)
                : Optional.empty();
    }

    /** Whether the answer comes to the known right one, where both are there. */
    private Optional<Boolean> verified(Interaction row) {
        if (row.answer().isEmpty() || row.reference().isEmpty() || isRun(row)) {
            return Optional.empty();
        }
        var asked = new Asked(
                row.prompt().getLast().content(),
                row.reference().get(),
                row.verifier().orElse(Verifier.Auto));
        return Optional.of(verifiers
                .areRight(List.of(new Verifiers.Given(asked, row.answer().get())))
                .getFirst());
    }
}
