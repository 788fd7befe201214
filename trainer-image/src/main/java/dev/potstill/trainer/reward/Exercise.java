package dev.potstill.trainer.reward;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The program that shows whether an output solves a programming exercise: the output's code, and after it the tests. */
final class Exercise {
    private static final Pattern FENCED = Pattern.compile("(?s)```[\\w+-]*[ \\t]*\\n(.*?)(?:\\n```|\\z)");
    private static final String DEFINITION = "(?:async\\s+)?(?:def|class)\\s+(\\w+)\\s*[(\\[:]";
    private static final Pattern DEFINES = Pattern.compile("(?m)^" + DEFINITION);

    /** How a program begins, and prose that holds one does not: with comments, and then code. */
    private static final Pattern BEGINS = Pattern.compile("\\A(?:\\s*#[^\\n]*\\n)*\\s*(?:from\\s+[\\w.]+\\s+import\\b"
            + "|import\\s+[\\w.]+(?:\\s+as\\s+\\w+)?\\s*[,;\\n]|@\\w|(?:\"\"\"|''')|\\w+\\s*=[^=]|" + DEFINITION + ")");

    private static final String INDENTATION = "    ";

    private Exercise() {}

    /**
     * The whole program. Where the prompt is code too, and not prose that holds some, code that defines what the prompt defines last
     * comes after it (imports and helpers hold, the stub is replaced), and other code goes on where the prompt ends, as completions do.
     *
     * @param tests a program that fails where the answer is wrong
     */
    static String program(String prompt, String output, String tests) {
        String code = code(output);
        Optional<String> wanted = names(prompt).reduce((first, second) -> second);
        if (wanted.isEmpty() || !BEGINS.matcher(prompt).find()) {
            return code + "\n\n" + tests + "\n";
        }
        boolean indented = code.startsWith(" ") || code.startsWith("\t");
        boolean stands = !indented && names(code).anyMatch(wanted.get()::equals);
        String begun = prompt.endsWith("\n") ? prompt : prompt + "\n";
        // Whoever strips an answer takes the first line's indentation with the rest.
        String rest = stands || indented ? code : INDENTATION + code;
        return begun + rest + "\n\n" + tests + "\n";
    }

    /** What a program defines, in order. */
    private static Stream<String> names(String program) {
        return DEFINES.matcher(program).results().map((MatchResult match) -> match.group(1));
    }

    /** The last block of code that defines something, the last block, or all of what was said. */
    private static String code(String output) {
        String said = Thoughts.after(output);
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
