package dev.potstill.trainer.fetch;

import dev.potstill.contract.Problem;
import dev.potstill.contract.TrainerCommand;
import dev.potstill.contract.WorkspaceLayout;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where is fetched from and to, as the environment says.
 *
 * @param cache holds what is fetched
 * @param hub the Hub's address
 * @param token that the Hub is shown
 * @param offline whether the Hub is not to be asked
 * @param store the variables that S3's own tools know
 */
public record FetchSettings(
        Path cache, URI hub, Optional<String> token, boolean offline, StoreSettings store, Patience patience) {
    static final String RETRY_SECONDS = "POTSTILL_FETCH_RETRY_SECONDS";
    static final String TOKEN = "HF_TOKEN";
    static final String OFFLINE = "HF_HUB_OFFLINE";
    private static final String HUB = "HF_ENDPOINT";
    private static final String USUAL_HUB = "https://huggingface.co";
    private static final String USUAL_RETRY_SECONDS = "600";
    private static final Set<String> YES = Set.of("1", "true", "yes", "on");

    public static FetchSettings of(Map<String, String> environment, WorkspaceLayout workspace) {
        String cache = value(environment, TrainerCommand.CACHE)
                .orElse(workspace.fetched().toString());
        return new FetchSettings(
                Path.of(cache).toAbsolutePath().normalize(),
                url(HUB, value(environment, HUB).orElse(USUAL_HUB)),
                value(environment, TOKEN).map(FetchSettings::visible),
                YES.contains(value(environment, OFFLINE).orElse("").toLowerCase(Locale.ROOT)),
                StoreSettings.of(environment),
                Patience.of(seconds(value(environment, RETRY_SECONDS).orElse(USUAL_RETRY_SECONDS))));
    }

    static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    static URI url(String name, String text) {
        if (!text.matches("https?://[^\\s/@]+(/[^\\s]*)?")) {
            throw wrong(name, text, "a URL such as https://host or http://host:9000, with no name or password in it");
        }
        return URI.create(text.replaceAll("/+$", ""));
    }

    private static Duration seconds(String text) {
        if (!text.matches("\\d{1,7}")) {
            throw wrong(RETRY_SECONDS, text, "a number of seconds");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    private static String visible(String token) {
        if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw Problem.rejected(
                    "%s in the environment: found characters that no token has, expected visible ASCII characters. Set it anew"
                            .formatted(TOKEN));
        }
        return token;
    }

    private static Problem wrong(String name, String found, String expected) {
        return Problem.rejected(
                "%s in the environment: found %s, expected %s. Correct or unset it".formatted(name, found, expected));
    }
}
