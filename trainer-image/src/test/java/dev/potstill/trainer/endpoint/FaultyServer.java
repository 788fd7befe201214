package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.potstill.contract.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** A server of this machine that answers as it is told to, after the faults it is told to have, and remembers what it was asked. */
public final class FaultyServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger questions = new AtomicInteger();
    private volatile IntFunction<Optional<Fault>> always = question -> Optional.empty();
    private volatile Consumer<Asked> delivered = asked -> {};
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();

    /** What was asked, with the Authorization header or nothing. */
    public record Asked(String path, JsonNode question, String authorization) {}

    /** What goes wrong instead of an answer. */
    @FunctionalInterface
    public interface Fault {
        void happen(FaultyServer server, HttpExchange exchange) throws IOException, InterruptedException;

        /** Whether the answer comes after all. */
        default boolean isAnswered() {
            return false;
        }

        /** Answers so much later. */
        static Fault slow(Duration time) {
            return new Fault() {
                @Override
                public void happen(FaultyServer server, HttpExchange exchange) throws InterruptedException {
                    if (server.closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                        throw new InterruptedException("the server is closed");
                    }
                }

                @Override
                public boolean isAnswered() {
                    return true;
                }
            };
        }

        static Fault status(int status, String body, String... headers) {
            return (server, exchange) -> {
                for (int i = 0; i < headers.length; i += 2) {
                    exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
                }
                send(exchange, status, body);
            };
        }

        /** Says nothing until the server is closed. */
        static Fault silence() {
            return (server, exchange) -> server.closed.await();
        }

        /** Promises more than it sends. */
        static Fault cut(String body) {
            return (server, exchange) -> {
                exchange.sendResponseHeaders(200, body.length() + 100L);
                exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
            };
        }
    }

    /** The answer to a question, or {@link Fault} 404 where there is none. */
    @FunctionalInterface
    public interface Answers {
        Object answer(String path, JsonNode question) throws Exception;
    }

    private FaultyServer(HttpServer server) {
        this.server = server;
    }

    public static FaultyServer start(Answers answers) throws IOException {
        return start(0, answers);
    }

    public static FaultyServer start(int port, Answers answers) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        FaultyServer faulty = new FaultyServer(http);
        http.createContext("/", exchange -> faulty.handle(exchange, answers));
        http.setExecutor(faulty.threads);
        http.start();
        return faulty;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** The next questions meet these, one each. */
    public FaultyServer then(Fault... next) {
        faults.addAll(List.of(next));
        return this;
    }

    /** Questions by their number, from 0, meet these. */
    public FaultyServer always(IntFunction<Optional<Fault>> faultOf) {
        always = faultOf;
        return this;
    }

    /** Told of every question whose answer was sent whole. */
    public FaultyServer told(Consumer<Asked> listener) {
        delivered = listener;
        return this;
    }

    public List<Asked> asked() {
        return asked;
    }

    public int mostInFlight() {
        return mostInFlight.get();
    }

    private void handle(HttpExchange exchange, Answers answers) throws IOException {
        try (exchange) {
            handleOpen(exchange, answers);
        }
    }

    private void handleOpen(HttpExchange exchange, Answers answers) throws IOException {
        try {
            mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            JsonNode question = Json.mapper().readTree(exchange.getRequestBody().readAllBytes());
            String path = exchange.getRequestURI().getPath();
            String shown = exchange.getRequestHeaders().getFirst("Authorization");
            Asked one = new Asked(path, question, shown == null ? "" : shown);
            asked.add(one);
            Optional<Fault> fault =
                    Optional.ofNullable(faults.poll()).or(() -> always.apply(questions.getAndIncrement()));
            if (fault.isPresent()) {
                fault.get().happen(this, exchange);
            }
            if (fault.map(Fault::isAnswered).orElse(true)) {
                send(exchange, 200, answers.answer(path, question));
                delivered.accept(one);
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        } catch (IOException e) {
            throw e;
        } catch (Refused e) {
            send(exchange, e.status, "{\"error\": {\"message\": \"" + e.getMessage() + "\"}}");
        } catch (Exception e) {
            send(exchange, 500, "{\"error\": \"the test's server: " + e + "\"}");
        } finally {
            inFlight.decrementAndGet();
        }
    }

    /** Thrown by answers. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private static void send(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = (body instanceof String text ? text : Json.compact(body)).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
