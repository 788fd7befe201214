package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Json;
import dev.potstill.trainer.endpoint.Attempt.Answered;
import dev.potstill.trainer.endpoint.Attempt.Failed;
import dev.potstill.trainer.run.StopSignal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Posts JSON to one server, so many questions at once, each a single time. Where the stage is asked to stop, every wait ends. */
final class Connection implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Server server;
    private final Optional<BearerToken> token;
    private final Duration patience;
    private final StopSignal stop;
    private final Clock clock = Clock.systemUTC();
    private final Semaphore places;
    private final HttpClient http;

    /** Where the server has given a good answer. */
    private final Set<URI> known = ConcurrentHashMap.newKeySet();

    /** @param patience for one answer, from the question to its last byte */
    Connection(
            Server server,
            int maxConcurrency,
            Optional<BearerToken> token,
            Duration patience,
            StopSignal stop,
            Executor threads) {
        this.server = server;
        this.token = token;
        this.patience = patience;
        this.stop = stop;
        this.places = new Semaphore(maxConcurrency);
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .proxy(new NoProxyToThisMachine())
                .executor(threads)
                .build();
    }

    HttpRequest request(URI at, ObjectNode question) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.compact(question)));
        token.ifPresent(shown -> request.header("Authorization", shown.header()));
        return request.build();
    }

    /** What came of asking, once it was this question's turn. */
    Attempt attempt(HttpRequest request) {
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
            HttpResponse<byte[]> response = stop.await(answer, patience);
            Attempt made = Attempt.of(server, known.contains(request.uri()), response, this::hide, clock.instant());
            if (made instanceof Answered(Reply.Answer _)) {
                known.add(request.uri());
            }
            return made;
        } catch (TimeoutException e) {
            return new Failed("did not answer within " + patience.toSeconds() + " s");
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

    @Override
    public void close() {
        http.shutdownNow();
    }
}
