package dev.potstill.trainer.data.clean;

import java.util.List;
import java.util.Locale;

/** What kind of reasoning an interaction asks for and shows. */
public enum Kind {
    /** A statement is proved. */
    Proof,
    /** A fault in code is looked for. */
    Debugging,
    /** A result is worked out over several steps. */
    Derivation,
    Other;

    private static final List<String> PROVING = List.of(
            "prove ",
            "proof",
            "lemma",
            "theorem",
            "contradiction",
            "by induction",
            "q.e.d",
            "∎",
            "\\square",
            "if and only if");
    private static final List<String> DEBUGGING = List.of(
            "bug", "traceback", "exception", "error", "fix ", "debug", "fails", "crash", "wrong output", "segfault");

    /** What proofs call themselves or end with. */
    private static final List<String> PROVED = List.of("Proof", "\\begin{proof}", "Q.E.D", "QED", "∎", "\\blacksquare");

    private static final int ENOUGH_STEPS = 2;

    public static Kind of(String question, String answer, Rationale rationale) {
        String asked = question.toLowerCase(Locale.ROOT);
        boolean code = rationale.codeBlocks() > 0 || asked.contains("```");
        if (code && holds(asked, DEBUGGING) > 0) {
            return Debugging;
        }
        if (holds(asked, PROVING) > 0 || PROVED.stream().anyMatch(answer::contains)) {
            return Proof;
        }
        return Math.max(rationale.steps(), rationale.equations()) >= ENOUGH_STEPS ? Derivation : Other;
    }

    private static long holds(String text, List<String> words) {
        return words.stream().filter(text::contains).count();
    }
}
