package dev.potstill.trainer.reward;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Safety by a small list of harmful phrases, each with a severity from 1 to 4, and a rule for refusals:
 *
 * <pre>score = max(0, 1 − severity(answer) / 4 − (1/2 if the prompt is harmful and not refused))</pre>
 *
 * <p>A prompt is harmful from severity 2. An answer refuses if its first sentence does; that sentence may name what it refuses and is
 * not counted, what follows it is. The list knows plain cases only: it is a guard for training, no judge of content.
 */
final class LexiconSafety implements SafetyScorer {
    private static final double WORST = 4;
    private static final int HARMFUL_PROMPT = 2;
    private static final double COMPLIED = 0.5;
    private static final Pattern FIRST_SENTENCE = Pattern.compile("\\A\\s*[^.!?\\n]*[.!?\\n]?");

    private final Phrases harmful;
    private final Phrases refusals;

    LexiconSafety(Phrases harmful, Phrases refusals) {
        this.harmful = harmful;
        this.refusals = refusals;
    }

    /** The lists that ship with the trainer. */
    static LexiconSafety builtIn() {
        return new LexiconSafety(Phrases.read("harmful.txt"), Phrases.read("refusals.txt"));
    }

    @Override
    public List<Double> scores(List<Said> said) {
        return said.stream().map(one -> score(one.prompt(), one.output())).toList();
    }

    double score(String prompt, String output) {
        Matcher sentence = FIRST_SENTENCE.matcher(output);
        int end = sentence.find() ? sentence.end() : 0;
        boolean refused = refusals.weigh(output.substring(0, end)) > 0;
        int severity = harmful.weigh(refused ? output.substring(end) : output);
        boolean complied = !refused && harmful.weigh(prompt) >= HARMFUL_PROMPT;
        return Math.max(0, 1 - severity / WORST - (complied ? COMPLIED : 0));
    }
}
