package dev.potstill.trainer.data;

import dev.potstill.contract.Problem;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The lines of a text file, one in memory at a time. What is no text in UTF-8 is told of by file and line. */
public final class Lines implements AutoCloseable {
    /** Longer lines are taken for damage: no conversation is. */
    static final int MAX_BYTES = 50_000_000;

    private final Path file;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int filled;
    private long number;

    /** A line that is not blank, and its number from 1. */
    public record Line(Path file, long number, String text) {
        /** Where this is, for messages. */
        public String place() {
            return file + ":" + number;
        }
    }

    private Lines(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /** Opens a file; one named {@code .gz} is unpacked on the way. */
    public static Lines open(Path file) {
        try {
            InputStream raw = Files.newInputStream(file);
            try {
                return new Lines(file, file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw);
            } catch (IOException e) {
                raw.close();
                throw e;
            }
        } catch (IOException e) {
            throw broken(file, e);
        }
    }

    /** The next line that is not blank. */
    public Optional<Line> next() {
        try {
            while (filled >= 0) {
                Optional<String> text = line().filter(found -> !found.isBlank());
                if (text.isPresent()) {
                    return Optional.of(new Line(file, number, text.get()));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw broken(file, e);
        }
    }

    /** Up to the next line feed; empty at the end of the file. */
    private Optional<String> line() throws IOException {
        number++;
        var bytes = new ByteArrayOutputStream();
        while (at < filled || fill()) {
            int end = at;
            while (end < filled && buffer[end] != '\n') {
                end++;
            }
            bytes.write(buffer, at, end - at);
            if (bytes.size() > MAX_BYTES) {
                throw damaged(
                        "found a line of more than %,d bytes, expected one JSON object a line".formatted(MAX_BYTES));
            }
            at = end + 1;
            if (end < filled) {
                return Optional.of(text(bytes.toByteArray()));
            }
        }
        return bytes.size() == 0 ? Optional.empty() : Optional.of(text(bytes.toByteArray()));
    }

    private boolean fill() throws IOException {
        at = 0;
        filled = in.read(buffer);
        return filled > 0;
    }

    private String text(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                throw damaged("found a NUL byte, expected JSON text");
            }
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            // A byte order mark, as Windows' editors write it.
            return number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw damaged("found bytes that are not UTF-8, expected JSON text in UTF-8");
        }
    }

    private Problem damaged(String what) {
        return Problem.rejected(file + ":" + number + ": " + what);
    }

    private static Problem broken(Path file, IOException e) {
        boolean damage = e instanceof ZipException || e instanceof EOFException;
        return damage
                ? Problem.rejected(file + ": cannot be unpacked (" + e.getMessage() + "), expected a whole gzip file")
                : Problem.storage(file, e);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            // Read only: nothing is lost.
        }
    }
}
