package dev.potstill.trainer.fetch;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** Sends content in parts as HTTP has it, with the faults it is told to have, and remembers what it was asked for. */
public final class Faults {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
    private static final int PARTIAL = 206;

    private final Queue<Fault> next = new ConcurrentLinkedQueue<>();
    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean damaging;

    /** What goes wrong with one answer. */
    sealed interface Fault {
        /** The connection ends after this byte of the file. */
        record CutAt(long bytes) implements Fault {}

        record Status(int status, Optional<String> retryAfter) implements Fault {}

        /** Nothing more comes after this byte. */
        record SilentAt(long bytes) implements Fault {}

        /** All of it, whatever part was asked for. */
        record Whole() implements Fault {}
    }

    /** @param authorization that was shown, or nothing */
    public record Sent(String path, long from, String authorization) {}

    void then(Fault... faults) {
        next.addAll(List.of(faults));
    }

    /** From now on one bit of every content is another. */
    void damage(boolean on) {
        damaging = on;
    }

    List<Sent> sent() {
        return sent;
    }

    void send(HttpExchange exchange, byte[] content) throws IOException, InterruptedException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        var asked = range == null ? null : RANGE.matcher(range);
        Fault fault = next.poll();
        boolean part = asked != null && asked.matches() && !(fault instanceof Fault.Whole);
        int from = part ? Integer.parseInt(asked.group(1)) : 0;
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        sent.add(new Sent(exchange.getRequestURI().getPath(), from, shown == null ? "" : shown));
        if (fault instanceof Fault.Status(int status, Optional<String> retryAfter)) {
            retryAfter.ifPresent(value -> exchange.getResponseHeaders().set("Retry-After", value));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        if (from >= content.length && part) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        if (part) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
        }
        exchange.sendResponseHeaders(part ? PARTIAL : 200, content.length == from ? -1 : content.length - from);
        write(exchange, damaged(content), from, fault);
    }

    private byte[] damaged(byte[] content) {
        if (!damaging || content.length == 0) {
            return content;
        }
        byte[] other = content.clone();
        other[content.length / 2] ^= 1;
        return other;
    }

    private void write(HttpExchange exchange, byte[] content, int from, Fault fault)
            throws IOException, InterruptedException {
        long to = switch (fault) {
            case Fault.CutAt(long bytes) -> bytes;
            case Fault.SilentAt(long bytes) -> bytes;
            case null, default -> content.length;
        };
        exchange.getResponseBody().write(content, from, (int) Math.max(0, to - from));
        exchange.getResponseBody().flush();
        if (fault instanceof Fault.SilentAt) {
            closed.await();
        }
    }

    void close() {
        closed.countDown();
    }
}
