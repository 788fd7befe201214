package dev.potstill.trainer.reward;

/** What a model writes between {@code <think>} and {@code </think>} is no answer. */
public final class Thoughts {
    private static final String BEGIN = "<think>";
    private static final String END = "</think>";

    private Thoughts() {}

    /** What an output says after its thoughts: nothing where they were begun and never ended. */
    static String after(String output) {
        return areOpen(output) ? "" : afterLast(output);
    }

    /** Whether thoughts were begun, on a line of their own as models do, and not ended. */
    public static boolean areOpen(String output) {
        String said = afterLast(output);
        int begin = said.lastIndexOf(BEGIN);
        return begin >= 0
                && said.substring(said.lastIndexOf('\n', begin) + 1, begin).isBlank();
    }

    private static String afterLast(String output) {
        int end = output.lastIndexOf(END);
        return end < 0 ? output : output.substring(end + END.length());
    }
}
