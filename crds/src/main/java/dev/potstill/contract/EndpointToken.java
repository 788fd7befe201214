package dev.potstill.contract;

import java.util.Locale;

/** Where the trainer finds the token of a server that it asks. */
public final class EndpointToken {
    private static final String PREFIX = "POTSTILL_ENDPOINT_TOKEN_";

    private EndpointToken() {}

    /** The environment variable of a Secret: {@code r1-key} is read from {@code POTSTILL_ENDPOINT_TOKEN_R1_KEY}. */
    public static String variable(String secret) {
        return PREFIX + secret.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
