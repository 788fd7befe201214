package dev.potstill.trainer.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Writes a file of one JSON value a line; on the disk once closed. */
public final class JsonLines implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final OutputStream out;
    private long bytes;

    private JsonLines(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    }

    /** A new file, in the place of any of its name. */
    public static JsonLines write(Path file) {
        try {
            return new JsonLines(
                    file,
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    /** The values of a file this class wrote, read as they are asked for. */
    public static <T> Stream<T> read(Path file, Class<T> type) {
        try {
            return Files.lines(file).map(line -> parse(line, type));
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    static <T> T parse(String line, Class<T> type) {
        try {
            return Json.parse(line, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where in the file the value begins, in bytes. */
    public long add(Object value) {
        long start = bytes;
        byte[] line = (Json.compact(value) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            out.write(line);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
        bytes += line.length;
        return start;
    }

    @Override
    public void close() {
        try (channel) {
            out.flush();
            channel.force(true);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }
}
