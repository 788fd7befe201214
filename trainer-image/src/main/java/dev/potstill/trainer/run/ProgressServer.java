package dev.potstill.trainer.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.potstill.contract.Json;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers {@code GET /progress} with JSON and {@code GET /metrics} in Prometheus' text format. */
public final class ProgressServer implements AutoCloseable {
    private final Optional<HttpServer> server;

    private ProgressServer(Optional<HttpServer> server) {
        this.server = server;
    }

    /**
     * Without it a stage goes on: nobody can see how far it is, and that is all.
     *
     * @param port 0 takes any that is free
     * @param local whether only this machine is answered
     */
    public static ProgressServer start(int port, boolean local, ProgressBoard board, Consumer<String> warnings) {
        try {
            HttpServer server = HttpServer.create(
                    local ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port) : new InetSocketAddress(port),
                    0);
            var metrics = new ProgressMetrics(board);
            server.createContext("/progress", exchange -> progress(exchange, board));
            server.createContext("/metrics", exchange -> metrics(exchange, metrics));
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            return new ProgressServer(Optional.of(server));
        } catch (IOException | IllegalArgumentException e) {
            warnings.accept("progress cannot be served at port %d (%s)".formatted(port, e.getMessage()));
            return new ProgressServer(Optional.empty());
        }
    }

    /** Where it answers, if it does. */
    public Optional<InetSocketAddress> address() {
        return server.map(HttpServer::getAddress);
    }

    private static void progress(HttpExchange exchange, ProgressBoard board) throws IOException {
        answer(exchange, "application/json", Json.compact(board.latest()).getBytes(UTF_8));
    }

    private static void metrics(HttpExchange exchange, ProgressMetrics metrics) throws IOException {
        @Nullable String accepted = exchange.getRequestHeaders().getFirst("Accept");
        var writer = ExpositionFormats.init().findWriter(accepted);
        var body = new ByteArrayOutputStream();
        writer.write(body, metrics.registry().scrape());
        answer(exchange, writer.getContentType(), body.toByteArray());
    }

    private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.ifPresent(running -> running.stop(0));
    }
}
