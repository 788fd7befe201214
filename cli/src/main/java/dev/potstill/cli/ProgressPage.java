package dev.potstill.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.potstill.contract.Json;
import dev.potstill.contract.Progress;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;

/** The page on which a trainer of this machine tells how far it is. */
record ProgressPage(int port) {
    private static final int PATIENCE_MILLIS = 500;

    /** Nothing where it does not answer: it may be starting, or busy. */
    Optional<Progress> ask() {
        try {
            var connection = (HttpURLConnection) URI.create("http://127.0.0.1:%d/progress".formatted(port))
                    .toURL()
                    .openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            try (var answer = connection.getInputStream()) {
                return Optional.of(Json.parse(new String(answer.readAllBytes(), UTF_8), Progress.class));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
