package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Teacher.Endpoint;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.endpoint.Attempt.Answered;
import dev.potstill.trainer.endpoint.Attempt.Failed;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Asks one server, so many questions at once. Where it is slow, busy, broken or gone it is asked again, for as long as the manifest's
 * patience lasts, and then there is a {@link Problem} (teacher unavailable). Where the stage is asked to stop, every wait ends.
 */
public final class EndpointClient implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    private final Server server;
    private final Patience patience;
    private final StopSignal stop;
    private final Consumer<String> warnings;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Connection connection;
    private final AtomicBoolean troubled = new AtomicBoolean();

    /** When a question failed that no answer to any has followed. */
    private final AtomicLong unanswered = new AtomicLong(NEVER);

    private volatile boolean closed;

    /**
     * How long is waited, for what.
     *
     * @param answer for one answer, from the question to its last byte
     * @param retries for all attempts at one question
     */
    record Patience(Duration answer, Duration retries, Backoff backoff) {
        static Patience of(Endpoint settings) {
            return new Patience(
                    Duration.ofSeconds(settings.timeoutSeconds()),
                    Duration.ofSeconds(settings.retrySeconds()),
                    new Backoff(
                            Duration.ofMillis(500),
                            Duration.ofSeconds(60),
                            () -> ThreadLocalRandom.current().nextDouble()));
        }
    }

    EndpointClient(
            Server server,
            int maxConcurrency,
            Optional<BearerToken> token,
            Patience patience,
            StopSignal stop,
            Consumer<String> warnings) {
        this.server = server;
        this.patience = patience;
        this.stop = stop;
        this.warnings = warnings;
        this.connection = new Connection(server, maxConcurrency, token, patience.answer(), stop, threads);
    }

    /**
     * A client of the server that an endpoint of the manifest names.
     *
     * @param field the endpoint's, as in {@code spec.teachers[0].endpoint}
     * @param warnings told where the server makes the stage wait
     */
    public static EndpointClient of(
            String field, Endpoint settings, Optional<BearerToken> token, StopSignal stop, Consumer<String> warnings) {
        Server server = Server.of(field, settings.url(), settings.model());
        return new EndpointClient(server, settings.maxConcurrency(), token, Patience.of(settings), stop, warnings);
    }

    Server server() {
        return server;
    }

    /** Starts work that asks; what it throws, {@link #result} throws. */
    <T> Future<T> start(Callable<T> work) {
        return threads.submit(work);
    }

    /** What came of work; ends with it, however it ends. */
    static <T> T result(Future<T> work) {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Posts JSON until there is an answer or a refusal. */
    Reply post(URI at, ObjectNode question) {
        HttpRequest request = connection.request(at, question);
        long since = 0;
        for (int failures = 1; ; failures++) {
            Attempt made = connection.attempt(request);
            if (failures == 1) {
                since = System.nanoTime(); // and not when it began to wait for its turn
            }
            switch (made) {
                case Answered(Reply reply) -> {
                    troubled.set(false);
                    unanswered.set(NEVER);
                    return reply;
                }
                case Failed failed -> waitAfter(failed, at, failures, deadline(since));
            }
        }
    }

    /** So long after this question first failed, or after one did that no answer to any has followed. */
    private long deadline(long since) {
        unanswered.compareAndSet(NEVER, since);
        long first = unanswered.get();
        return (first == NEVER ? since : Math.min(first, since))
                + patience.retries().toNanos();
    }

    /** Posts JSON that the server may not know what to do with: whatever fails but for being busy counts as a refusal. */
    Reply postPerhaps(URI at, ObjectNode question) {
        return switch (connection.attempt(connection.request(at, question))) {
            case Answered(Reply reply) -> reply;
            case Failed failed when failed.busy() -> post(at, question);
            case Failed failed -> new Reply.Refusal(0, failed.what());
        };
    }

    /**
     * The answer to a question that no server refuses.
     *
     * @param which question it is, as a person would find it
     */
    JsonNode ask(String path, ObjectNode question, String which) {
        return switch (post(server.at(path), question)) {
            case Reply.Answer(JsonNode json) -> json;
            case Reply.Refusal refusal -> throw Attempt.unexpected(server, refusal, path, which);
        };
    }

    private void waitAfter(Failed failed, URI at, int failures, long deadline) {
        if (closed) {
            throw new Stopped();
        }
        Duration pause = patience.backoff().pause(failures, failed.retryAfter());
        if (System.nanoTime() + pause.toNanos() > deadline) {
            throw server.unavailable(
                    at,
                    "%s, at %d attempt%s within %d s%s"
                            .formatted(
                                    failed.what(),
                                    failures,
                                    failures == 1 ? "" : "s",
                                    patience.retries().toSeconds(),
                                    failed.retryAfter()
                                            .map(wait -> ", and asks to wait %d s".formatted(wait.toSeconds()))
                                            .orElse("")),
                    "Expected an answer; start or relieve the server, lower %1$s.maxConcurrency or raise %1$s.retrySeconds, and run again: what was answered is kept"
                            .formatted(server.field()));
        }
        if (troubled.compareAndSet(false, true)) {
            warnings.accept("%s: %s %s; it is asked again".formatted(server.field(), at, failed.what()));
        }
        stop.pause(pause);
    }

    /** Whoever still waits ends: nobody is there for the answer. */
    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        connection.close();
    }
}
