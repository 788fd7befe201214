package dev.potstill.trainer.fetch;

import dev.potstill.trainer.endpoint.Backoff;
import dev.potstill.trainer.endpoint.NoProxyToThisMachine;
import dev.potstill.trainer.run.Stopped;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks a Hub. The token is shown to it alone, and to nobody it sends on to. */
final class HubClient {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> MAY_PASS = Set.of(408, 425, 429);
    private static final Pattern LIMIT_ENDS = Pattern.compile("\\bt=(\\d{1,6})");
    private static final int MOST_REDIRECTS = 5;

    private final URI hub;
    private final Optional<String> token;
    private final Duration stall;
    private final HttpClient http;

    HubClient(URI hub, Optional<String> token, Duration stall) {
        this.hub = hub;
        this.token = token;
        this.stall = stall;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .proxy(new NoProxyToThisMachine())
                .build();
    }

    URI at(String path) {
        return URI.create(hub + path);
    }

    boolean showsToken() {
        return token.isPresent();
    }

    URI hub() {
        return hub;
    }

    static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String encodedPath(String path) {
        return Arrays.stream(path.split("/")).map(HubClient::encoded).collect(Collectors.joining("/"));
    }

    static void drop(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // Nothing more was wanted of it.
        }
    }

    HttpResponse<InputStream> get(Wanted wanted, URI uri) throws IOException {
        return send(wanted, uri, 0);
    }

    /** All of an answer, in as long as one may stall. */
    byte[] read(HttpResponse<InputStream> response) throws IOException {
        var all = new CompletableFuture<byte[]>();
        Thread.startVirtualThread(() -> {
            try (InputStream body = response.body()) {
                all.complete(body.readAllBytes());
            } catch (IOException e) {
                all.completeExceptionally(e);
            }
        });
        try {
            return all.get(stall.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the answer of " + response.uri() + " broke off", e);
        } finally {
            drop(response.body());
        }
    }

    /** A file from this byte on, from wherever the Hub sends to. */
    HttpResponse<InputStream> download(Wanted wanted, URI uri, long from) throws IOException {
        return send(wanted, uri, from);
    }

    private HttpResponse<InputStream> send(Wanted wanted, URI first, long from) throws IOException {
        URI uri = first;
        for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
            HttpResponse<InputStream> response = once(uri, from);
            int status = response.statusCode();
            if (status / 100 == 2) {
                return response;
            }
            if (!REDIRECTS.contains(status)) {
                try (InputStream body = response.body()) {
                    throw failed(wanted, response, body);
                }
            }
            drop(response.body());
            Optional<String> next = response.headers().firstValue("Location");
            uri = uri.resolve(
                    next.orElseThrow(() -> new IOException("a redirect from " + first + " says not where to")));
        }
        throw new IOException(first + " sends on more than " + MOST_REDIRECTS + " times");
    }

    private HttpResponse<InputStream> once(URI uri, long from) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(stall)
                .header("User-Agent", "potstill")
                .GET();
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        if (isHub(uri)) {
            token.ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
    }

    private boolean isHub(URI uri) {
        return uri.getScheme().equals(hub.getScheme())
                && String.valueOf(uri.getHost()).equals(hub.getHost())
                && uri.getPort() == hub.getPort();
    }

    /** What is amiss elsewhere, such as an address that is no longer good, the Hub mends with another. */
    private IOException failed(Wanted wanted, HttpResponse<InputStream> response, InputStream body) throws IOException {
        int status = response.statusCode();
        if (MAY_PASS.contains(status) || status / 100 == 5 || !isHub(response.uri())) {
            return new Hindrance(
                    "%s answered %d".formatted(response.uri().getHost(), status), retryAfter(response, Instant.now()));
        }
        throw new HubRefusal(this, wanted).of(response, body);
    }

    private static Optional<Duration> retryAfter(HttpResponse<?> response, Instant now) {
        return response.headers()
                .firstValue("Retry-After")
                .flatMap(value -> Backoff.retryAfter(value, now))
                .or(() -> response.headers()
                        .firstValue("RateLimit")
                        .filter(any -> response.statusCode() == 429)
                        .map(LIMIT_ENDS::matcher)
                        .filter(found -> found.find())
                        .map(found -> Duration.ofSeconds(Long.parseLong(found.group(1)))));
    }
}
