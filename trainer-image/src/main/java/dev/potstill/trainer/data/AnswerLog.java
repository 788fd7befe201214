package dev.potstill.trainer.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.SamplingPlan.Request;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The answers of a batch as they arrive, a line each behind the checksum of it, on the disk before {@link #add} returns. A line that a
 * kill left half written, or that is damaged, counts as not there. Added to from several threads.
 */
final class AnswerLog implements AutoCloseable {
    private static final int CHECKSUM_DIGITS = 8;

    private final Path path;
    private final RandomAccessFile file;
    private final Map<Key, Answer> known = new ConcurrentHashMap<>();
    private final Object forcing = new Object();
    private long written;
    private long forced;

    private record Key(String question, int sample) {}

    private AnswerLog(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    static AnswerLog open(Path path) {
        try {
            AnswerLog log = new AnswerLog(path, new RandomAccessFile(path.toFile(), "rw"));
            log.read();
            return log;
        } catch (IOException e) {
            throw Problem.storage(path, e);
        }
    }

    private void read() throws IOException {
        byte[] all = new byte[Math.toIntExact(file.length())];
        file.readFully(all);
        int start = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == '\n') {
                parse(new String(all, start, i - start, StandardCharsets.UTF_8)).ifPresent(this::remember);
                start = i + 1;
            }
        }
        file.setLength(start);
        file.seek(start);
        written = start;
        forced = start;
    }

    private static Optional<Answer> parse(String line) {
        String json = line.substring(Math.min(line.length(), CHECKSUM_DIGITS));
        if (!line.startsWith(checksum(json)) || json.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.parse(json, Answer.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static String checksum(String json) {
        var sum = new CRC32C();
        sum.update(json.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(sum.getValue());
    }

    private void remember(Answer answer) {
        known.putIfAbsent(new Key(answer.question(), answer.sample()), answer);
    }

    /** The answers to these requests, in their order: those that are there, and those that {@code ask} is given and hands over. */
    List<Answer> answers(List<Request> requests, Consumer<List<Request>> ask) {
        List<Request> missing =
                requests.stream().filter(request -> find(request).isEmpty()).toList();
        if (!missing.isEmpty()) {
            ask.accept(missing);
        }
        return requests.stream()
                .map(request -> find(request)
                        .orElseThrow(() -> new IllegalStateException("no answer was handed over to " + request)))
                .toList();
    }

    private Optional<Answer> find(Request request) {
        return Optional.ofNullable(known.get(new Key(request.question().id(), request.sample())));
    }

    void add(List<Answer> answers) {
        StringBuilder lines = new StringBuilder();
        for (Answer answer : answers) {
            String json = Json.compact(answer);
            lines.append(checksum(json)).append(json).append('\n');
        }
        try {
            force(write(lines.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw Problem.storage(path, e);
        }
        answers.forEach(this::remember);
    }

    /** Whole lines or nothing: half a line, as a full disk leaves, would spoil the next one. */
    private synchronized long write(byte[] lines) throws IOException {
        try {
            file.write(lines);
        } catch (IOException e) {
            try {
                file.setLength(written);
                file.seek(written);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        written += lines.length;
        return written;
    }

    private synchronized long written() {
        return written;
    }

    /** Whoever waits while another brings lines to the disk finds that its own went with those, or takes all that wait along. */
    private void force(long upTo) throws IOException {
        synchronized (forcing) {
            if (forced < upTo) {
                long all = written();
                file.getFD().sync();
                forced = all;
            }
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw Problem.storage(path, e);
        }
    }
}
