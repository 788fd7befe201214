package dev.potstill.operator.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.potstill.contract.Json;
import dev.potstill.contract.Progress;
import dev.potstill.contract.TrainerCommand;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/** Asks a trainer's pod how far it is. Anything but a proper answer is none. */
public final class ProgressPage implements Function<String, Optional<Progress>> {
    private static final int PATIENCE_MILLIS = 500;
    /** A page is about 300 bytes; whatever else listens there must not fill the operator's memory. */
    private static final int LONGEST = 16_384;

    @Override
    public Optional<Progress> apply(String address) {
        String host = address.contains(":") ? "[" + address + "]" : address;
        try {
            var page = URI.create("http://%s:%d/progress".formatted(host, TrainerCommand.DEFAULT_PORT));
            var connection = (HttpURLConnection) page.toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            connection.setInstanceFollowRedirects(false);
            try (var answer = connection.getInputStream()) {
                return Optional.of(Json.parse(new String(answer.readNBytes(LONGEST), UTF_8), Progress.class));
            } finally {
                connection.disconnect();
            }
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
