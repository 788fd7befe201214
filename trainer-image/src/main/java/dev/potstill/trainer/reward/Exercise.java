package dev.potstill.trainer.reward;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The program that shows whether an output solves a programming exercise: the output's code, and after it the tests. */
final class Exercise {
    private static final String END_OF_THOUGHT = "</think>";
    private static final Pattern FENCED = Pattern.compile("(?s)```[\\w+-]*[ \\t]*\\n(.*?)(?:\\n```|\\z)");
    private static final Pattern DEFINES = Pattern.compile("(?m)^(?:async\\s+)?(?:def|class)\\s");

    private Exercise() {}

    /**
     * The whole program. Code that stands on its own comes after the prompt's where the prompt is code too (its imports and helpers
     * hold, its stub is replaced); code that goes on where the prompt ends, as completions do, is joined to it.
     *
     * @param tests a program that fails where the answer is wrong
     */
    static String program(String prompt, String output, String tests) {
        String code = code(output);
        boolean stands = DEFINES.matcher(code).find() && !code.isEmpty() && !Character.isWhitespace(code.charAt(0));
        boolean begun = DEFINES.matcher(prompt).find();
        String before = begun ? prompt + (stands ? "\n" : "") : "";
        return before + code + "\n\n" + tests + "\n";
    }

    /** The last block of code that defines something, the last block, or all of what was said. */
    private static String code(String output) {
        int thought = output.lastIndexOf(END_OF_THOUGHT);
        String said = thought < 0 ? output : output.substring(thought + END_OF_THOUGHT.length());
        List<String> blocks = FENCED.matcher(said)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        return blocks.reversed().stream()
                .filter(block -> DEFINES.matcher(block).find())
                .findFirst()
                .or(() -> blocks.reversed().stream().findFirst())
                .orElse(said);
    }
}
