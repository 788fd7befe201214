package dev.potstill.trainer.reward;

import dev.potstill.trainer.reward.algebra.Dates;
import dev.potstill.trainer.reward.algebra.Mathematics;
import dev.potstill.trainer.sandbox.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells right answers from wrong ones, each question's in its own way; a sandbox is made when the first program is to be run. */
public final class Verifiers implements AutoCloseable {
    private final Supplier<Sandbox> sandboxes;
    private Optional<Sandbox> sandbox = Optional.empty();

    /** @param sandboxes makes one for the answers that are programs */
    public Verifiers(Supplier<Sandbox> sandboxes) {
        this.sandboxes = sandboxes;
    }

    /** Those that run programs with the Python on PATH. */
    public static Verifiers ofMachine() {
        return new Verifiers(
                () -> Sandbox.open(Optional.ofNullable(System.getenv("PATH")).orElse(""), Sandbox.Limits.EXERCISE));
    }

    /** An answer to a question. */
    public record Given(Asked asked, String output) {}

    /** Makes ready for questions like these, so that what is missing shows at once. */
    public void prepare(List<Asked> questions) {
        if (sandbox.isEmpty()
                && questions.stream()
                        .anyMatch(asked -> asked.verifier() == dev.potstill.api.Reinforcement.Verifier.Code)) {
            sandbox = Optional.of(sandboxes.get());
        }
    }

    /** Whether each is right, in order. */
    public List<Boolean> areRight(List<Given> answers) {
        prepare(answers.stream().map(Given::asked).toList());
        List<String> programs = answers.stream()
                .filter(given -> isProgram(given.asked()))
                .map(given -> Exercise.program(
                        given.asked().prompt(), given.output(), given.asked().reference()))
                .toList();
        List<Boolean> finished =
                new ArrayList<>(sandbox.map(runs -> runs.finish(programs)).orElse(List.of()));
        List<Boolean> right = new ArrayList<>();
        for (Given given : answers) {
            right.add(isProgram(given.asked()) ? finished.removeFirst() : isRight(given.asked(), given.output()));
        }
        return right;
    }

    private static boolean isProgram(Asked asked) {
        return asked.verifier() == dev.potstill.api.Reinforcement.Verifier.Code;
    }

    private static boolean isRight(Asked asked, String output) {
        String reference = asked.reference();
        return switch (asked.verifier()) {
            case Numeric ->
                Dates.isOne(FinalAnswer.reference(reference))
                        ? FinalAnswer.isRight(output, reference)
                        : Numbers.first(FinalAnswer.reference(reference))
                                .filter(expected -> FinalAnswer.of(output)
                                        .flatMap(FinalAnswer::number)
                                        .filter(expected::equals)
                                        .isPresent())
                                .isPresent();
            case Symbolic -> Symbolic.isRight(output, reference);
            case Choice -> Choice.isRight(output, reference);
            case Auto -> isRight(output, reference);
            case Code -> throw new IllegalStateException("programs are run, not read");
        };
    }

    /** By what the reference is: a letter, mathematics, or words. */
    private static boolean isRight(String output, String reference) {
        String expected = FinalAnswer.reference(reference);
        if (expected.length() <= 3
                && expected.equals(expected.toUpperCase(java.util.Locale.ROOT))
                && Choice.reference(expected).isPresent()) {
            return Choice.isRight(output, expected);
        }
        return Mathematics.parse(expected).isPresent()
                ? Symbolic.isRight(output, expected)
                : FinalAnswer.isRight(output, expected);
    }

    @Override
    public void close() {
        sandbox.ifPresent(Sandbox::close);
    }
}
