package dev.potstill.trainer.data;

import dev.potstill.contract.Problem;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a file of lines. */
final class TextLines implements AutoCloseable {
    private final Path file;
    private final BufferedWriter out;

    private TextLines(Path file, BufferedWriter out) {
        this.file = file;
        this.out = out;
    }

    static TextLines write(Path file) {
        try {
            return new TextLines(file, Files.newBufferedWriter(file));
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    /** For lines that were read by {@link #readBytes}. */
    static TextLines writeBytes(Path file) {
        try {
            return new TextLines(file, Files.newBufferedWriter(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    /** A file's lines with a character a byte: as they are copied, not read. */
    static BufferedReader readBytes(Path file) {
        try {
            return Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    void add(String line) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }
}
