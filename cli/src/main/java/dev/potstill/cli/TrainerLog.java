package dev.potstill.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a trainer prints, which is appended to a file. */
final class TrainerLog {
    private static final String WARNING = "warning: ";
    private static final int MOST_AT_ONCE = 1 << 20;

    private final Path file;

    /** Up to here warnings were looked for. */
    private long seen;

    private TrainerLog(Path file, long seen) {
        this.file = file;
        this.seen = seen;
    }

    /** What will be appended from now on. */
    static TrainerLog from(Path file) throws IOException {
        return new TrainerLog(file, Files.exists(file) ? Files.size(file) : 0);
    }

    Path file() {
        return file;
    }

    /** Warnings in whole lines that are new since the last call. */
    List<String> warnings() {
        return newLines()
                .lines()
                .filter(line -> line.startsWith(WARNING))
                .map(line -> line.substring(WARNING.length()))
                .toList();
    }

    private String newLines() {
        try (var channel = FileChannel.open(file)) {
            int count = (int) Math.min(channel.size() - seen, MOST_AT_ONCE);
            if (count <= 0) {
                return "";
            }
            byte[] bytes = new byte[count];
            int read = channel.read(ByteBuffer.wrap(bytes), seen);
            int end = read;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            // A line longer than all that is read at once is no warning.
            seen += end == 0 && read == MOST_AT_ONCE ? read : end;
            return new String(bytes, 0, end, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // what a run is about does not depend on it
        }
    }

    /** What it said last of what went wrong. */
    Optional<String> lastError() {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(Trainer.ERROR))
                    .reduce((earlier, later) -> later)
                    .map(line -> line.substring(Trainer.ERROR.length()));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
