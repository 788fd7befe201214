package dev.potstill.cli;

import java.io.PrintStream;
import java.util.Optional;

/**
 * Where lines are shown.
 *
 * @param columns the width, where people watch; none where a file or a program reads
 * @param colours whether escape codes may colour text
 */
record Terminal(PrintStream out, Optional<Integer> columns, boolean colours) {

    String green(String text) {
        return paint("32", text);
    }

    String red(String text) {
        return paint("31", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String bold(String text) {
        return paint("1", text);
    }

    private String paint(String code, String text) {
        return colours && !text.isEmpty() ? "\u001b[%sm%s\u001b[0m".formatted(code, text) : text;
    }
}
