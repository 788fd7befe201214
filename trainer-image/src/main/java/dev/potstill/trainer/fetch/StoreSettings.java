package dev.potstill.trainer.fetch;

import static dev.potstill.trainer.fetch.FetchSettings.value;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * S3, as the variables say that its own tools know.
 *
 * @param endpoint empty for Amazon's
 * @param keys access key, secret and, where there is one, session token
 * @param named whether credentials are to be found by a profile or a container's agent
 */
record StoreSettings(Optional<URI> endpoint, String region, Optional<Keys> keys, boolean named) {
    private static final String USUAL_REGION = "us-east-1";

    record Keys(String access, String secret, @Nullable String session) {
        @Override
        public String toString() {
            return "(keys)";
        }
    }

    static StoreSettings of(Map<String, String> environment) {
        Optional<String> access = value(environment, "AWS_ACCESS_KEY_ID");
        Optional<String> secret = value(environment, "AWS_SECRET_ACCESS_KEY");
        return new StoreSettings(
                endpoint(environment, "AWS_ENDPOINT_URL_S3").or(() -> endpoint(environment, "AWS_ENDPOINT_URL")),
                value(environment, "AWS_REGION")
                        .or(() -> value(environment, "AWS_DEFAULT_REGION"))
                        .orElse(USUAL_REGION),
                access.flatMap(id -> secret.map(key -> new Keys(
                        id, key, value(environment, "AWS_SESSION_TOKEN").orElse(null)))),
                Stream.of("AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
                        .anyMatch(name -> value(environment, name).isPresent()));
    }

    private static Optional<URI> endpoint(Map<String, String> environment, String name) {
        return value(environment, name).map(text -> FetchSettings.url(name, text));
    }

    /** Who asks; nobody in particular where nothing says. */
    AwsCredentialsProvider credentials() {
        if (keys.isPresent()) {
            Keys shown = keys.get();
            return StaticCredentialsProvider.create(
                    shown.session() == null
                            ? AwsBasicCredentials.create(shown.access(), shown.secret())
                            : AwsSessionCredentials.create(shown.access(), shown.secret(), shown.session()));
        }
        return named ? DefaultCredentialsProvider.builder().build() : AnonymousCredentialsProvider.create();
    }
}
