package dev.potstill.trainer.endpoint;

import dev.potstill.api.Teacher.SecretRef;
import dev.potstill.contract.EndpointToken;
import dev.potstill.contract.Problem;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a server is shown so that it answers. It is sent, and never told to anyone else. */
public final class BearerToken {
    private final String text;

    private BearerToken(String text) {
        this.text = text;
    }

    /**
     * The token of a Secret, from the environment variable that is named after it; in a cluster the pod has it from the Secret.
     *
     * @param field the endpoint's, as in {@code spec.teachers[0].endpoint}
     */
    public static Optional<BearerToken> of(
            String field, @Nullable SecretRef secret, Function<String, Optional<String>> environment) {
        if (secret == null) {
            return Optional.empty();
        }
        String variable = EndpointToken.variable(secret.name());
        String text = environment.apply(variable).map(String::strip).orElse("");
        if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw Problem.rejected(
                    "%s.secretRef.name: found %s in the environment variable %s, expected the token of %s: visible ASCII characters. Set it; in a cluster it comes from the key token of the Secret"
                            .formatted(
                                    field,
                                    text.isEmpty() ? "nothing" : "characters that no token has",
                                    variable,
                                    secret.name()));
        }
        return Optional.of(new BearerToken(text));
    }

    String header() {
        return "Bearer " + text;
    }

    /** A server's words without the token, should it repeat it. */
    String hide(String words) {
        return words.replace(text, "(token)");
    }

    @Override
    public String toString() {
        return "(token)";
    }
}
