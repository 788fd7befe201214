package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Teacher.Endpoint;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.endpoint.Attempt.Answered;
import dev.potstill.trainer.endpoint.Attempt.Failed;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server, so many questions at once. Where it is slow, busy, broken or gone it is asked again, for as long as the manifest's
 * patience lasts, and then there is a {@link Problem} (teacher unavailable). Where the stage is asked to stop, every wait ends.
 */
public final class EndpointClient implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Server server;
    private final Optional<BearerToken> token;
    private final Patience patience;
    private final StopSignal stop;
    private final Consumer<String> warnings;
    private final Clock clock;
    private final Semaphore places;
    private final HttpClient http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
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
        this.token = token;
        this.patience = patience;
        this.stop = stop;
        this.warnings = warnings;
        this.clock = Clock.systemUTC();
        this.places = new Semaphore(maxConcurrency);
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .proxy(new NoProxyToThisMachine())
                .executor(threads)
                .build();
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
        HttpRequest request = request(at, question);
        long since = 0;
        for (int failures = 1; ; failures++) {
            Attempt made = attempt(request);
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
        return switch (attempt(request(at, question))) {
            case Answered(Reply reply) -> reply;
            case Failed failed when failed.busy() -> post(at, question);
            case Failed failed -> new Reply.Refusal(0, failed.what());
        };
    }

    /** The answer to a question that no server refuses. */
    JsonNode ask(String path, ObjectNode question) {
        return switch (post(server.at(path), question)) {
            case Reply.Answer(JsonNode json) -> json;
            case Reply.Refusal refusal -> throw Attempt.unexpected(server, refusal, path);
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

    private HttpRequest request(URI at, ObjectNode question) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.compact(question)));
        token.ifPresent(shown -> request.header("Authorization", shown.header()));
        return request.build();
    }

    private Attempt attempt(HttpRequest request) {
        places.acquireUninterruptibly();
        try {
            stop.check();
            return once(request);
        } finally {
            places.release();
        }
    }

    private Attempt once(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        try {
            HttpResponse<byte[]> response = stop.await(answer, patience.answer());
            return Attempt.of(server, response, this::hide, clock.instant());
        } catch (TimeoutException e) {
            return new Failed("did not answer within " + patience.answer().toSeconds() + " s");
        } catch (ExecutionException e) {
            return failed(request.uri(), e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private String hide(String words) {
        return token.map(shown -> shown.hide(words)).orElse(words);
    }

    private Failed failed(URI at, @Nullable Throwable cause) {
        if (cause instanceof SSLHandshakeException) {
            throw server.rejected(
                    at,
                    "does not agree on TLS (" + cause.getMessage() + ")",
                    "Expected a certificate that this machine trusts; correct it or " + server.field() + ".url");
        }
        return new Failed(
                switch (cause) {
                    case HttpConnectTimeoutException e ->
                        "did not take a connection within " + CONNECT.toSeconds() + " s";
                    case java.net.ConnectException e -> "cannot be reached (connection refused, or no such host)";
                    case null, default -> "broke off (" + cause + ")";
                });
    }

    /** Whoever still waits ends: nobody is there for the answer. */
    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        http.shutdownNow();
    }
}
