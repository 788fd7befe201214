package dev.potstill.cli.screen;

import java.io.PrintStream;
import java.util.Optional;

/**
 * Where lines are shown.
 *
 * @param columns the width, where people watch; none where a file or a program reads
 * @param colours whether escape codes may colour text
 */
public record Terminal(PrintStream out, Optional<Integer> columns, boolean colours) {

    public String green(String text) {
        return paint("32", text);
    }

    public String red(String text) {
        return paint("31", text);
    }

    public String dim(String text) {
        return paint("2", text);
    }

    public String bold(String text) {
        return paint("1", text);
    }

    private String paint(String code, String text) {
        return colours && !text.isEmpty() ? "\u001b[%sm%s\u001b[0m".formatted(code, text) : text;
    }
}
