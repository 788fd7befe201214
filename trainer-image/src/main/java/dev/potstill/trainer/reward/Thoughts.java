package dev.potstill.trainer.reward;

/** What a model writes between {@code <think>} and {@code </think>} is no answer. */
final class Thoughts {
    private static final String BEGIN = "<think>";
    private static final String END = "</think>";

    private Thoughts() {}

    /** What an output says after its thoughts: nothing where they were begun, on a line of their own as models do, and never ended. */
    static String after(String output) {
        int end = output.lastIndexOf(END);
        String said = end < 0 ? output : output.substring(end + END.length());
        int begin = said.lastIndexOf(BEGIN);
        boolean open = begin >= 0
                && said.substring(said.lastIndexOf('\n', begin) + 1, begin).isBlank();
        return open ? "" : said;
    }
}
