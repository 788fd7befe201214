package dev.potstill.trainer.data.source;

import dev.potstill.contract.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The lines of a text file or of a range of one, one in memory at a time. What is no text in UTF-8 is told of by its number. */
public final class Lines implements AutoCloseable {
    /** Longer lines are taken for damage, and never held: no conversation is. */
    public static final int MAX_BYTES = 1 << 24;

    private final Path file;
    private final InputStream in;
    private final long end;
    private final byte[] buffer = new byte[1 << 16];
    private byte[] line = new byte[1 << 12];
    private int length;
    /** Where in the file the buffer's first byte is. */
    private long base;

    private int at;
    private int filled;
    private long number;

    /** What a line that is not blank turns out to be. */
    public sealed interface Found {
        /** From 1, in the range that is read. */
        long number();
    }

    /** A line that is not blank, and its number from 1. */
    public record Line(Path file, long number, String text) implements Found {
        /** Where this is, for messages. */
        public String place() {
            return file + ":" + number;
        }
    }

    /** A line that is no text: what was found, and what was expected. */
    public record Damaged(long number, String what) implements Found {}

    private Lines(Path file, InputStream in, long begin, long end) {
        this.file = file;
        this.in = in;
        this.base = begin;
        this.end = end;
    }

    /** Opens a file; one named {@code .gz} or {@code .zst} is unpacked on the way. */
    public static Lines open(Path file) {
        try {
            return new Lines(file, Packing.of(file).open(file), 0, Long.MAX_VALUE);
        } catch (IOException e) {
            throw Packing.broken(file, e);
        }
    }

    /** Those lines of a plain file that start at {@code from} or later and before {@code to}; lines are numbered in the range. */
    public static Lines open(Path file, long from, long to) {
        try {
            long begin = Math.max(0, from - 1);
            var lines = new Lines(file, Packing.plain(file, begin), begin, to);
            if (from > 0) {
                lines.skipTail();
            }
            return lines;
        } catch (IOException e) {
            throw Packing.broken(file, e);
        }
    }

    /** The next line that is not blank; a {@link Problem} where it is no text. */
    public Optional<Line> next() {
        return read().map(found -> switch (found) {
            case Line text -> text;
            case Damaged(long where, String what) -> throw Problem.rejected(file + ":" + where + ": " + what);
        });
    }

    /** The next line that is not blank, or what is wrong with it. */
    public Optional<Found> read() {
        try {
            while (line()) {
                Found found = found();
                if (!(found instanceof Line text && text.text().isBlank())) {
                    return Optional.of(found);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw Packing.broken(file, e);
        }
    }

    /** The next line whether blank or not; for texts of which a blank line is the end. */
    Optional<Found> readAny() {
        try {
            return line() ? Optional.of(found()) : Optional.empty();
        } catch (IOException e) {
            throw Packing.broken(file, e);
        }
    }

    /** How many lines were read so far, blank ones too. */
    public long count() {
        return number;
    }

    /** The rest of a line that starts before the range. Where it ends beyond the range, the range has no lines. */
    private void skipTail() throws IOException {
        while (base + at < end && (at < filled || fill())) {
            if (buffer[at++] == '\n') {
                return;
            }
        }
    }

    /** Reads up to the next line feed; false at the end. A line that is too long is passed over, not kept. */
    private boolean line() throws IOException {
        if (base + at >= end || at >= filled && !fill()) {
            return false;
        }
        number++;
        length = 0;
        do {
            int stop = at;
            while (stop < filled && buffer[stop] != '\n') {
                stop++;
            }
            keep(stop - at);
            boolean ended = stop < filled;
            at = ended ? stop + 1 : stop;
            if (ended) {
                return true;
            }
        } while (fill());
        return true;
    }

    private void keep(int bytes) {
        if (length < 0 || length + bytes > MAX_BYTES) {
            length = -1;
            line = line.length > 1 << 20 ? new byte[1 << 12] : line;
            return;
        }
        if (length + bytes > line.length) {
            line = Arrays.copyOf(line, Math.min(MAX_BYTES, Math.max(length + bytes, 2 * line.length)));
        }
        System.arraycopy(buffer, at, line, length, bytes);
        length += bytes;
    }

    private boolean fill() throws IOException {
        base += filled;
        at = 0;
        filled = Math.max(0, in.read(buffer));
        return filled > 0;
    }

    private Found found() {
        if (length < 0) {
            return new Damaged(
                    number,
                    "found a line of more than %,d bytes, expected one JSON object a line".formatted(MAX_BYTES));
        }
        int nuls = 0;
        for (int i = 0; i < length; i++) {
            nuls += line[i] == 0 ? 1 : 0;
        }
        if (nuls > 0) {
            return new Damaged(
                    number,
                    isWide(nuls)
                            ? "found UTF-16, expected UTF-8; write the file anew in UTF-8"
                            : "found a NUL byte, expected text");
        }
        return Utf8.decode(line, length)
                .map(text -> number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text)
                .<Found>map(text -> new Line(file, number, text))
                .orElseGet(() -> new Damaged(number, "found bytes that are not UTF-8, expected text in UTF-8"));
    }

    /** By the mark at its beginning, or as every other byte of it is NUL. */
    private boolean isWide(int nuls) {
        int mark = number == 1 && length > 1 ? (line[0] & 0xFF) << 8 | line[1] & 0xFF : 0;
        return mark == 0xFEFF || mark == 0xFFFE || length > 16 && 5 * nuls >= 2 * length;
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
