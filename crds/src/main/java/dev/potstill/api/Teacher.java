package dev.potstill.api;

import org.jspecify.annotations.Nullable;

/** A model to learn from: loaded in the trainer, or asked over an OpenAI-compatible endpoint. Exactly one of the two. */
public record Teacher(
        String name, @Nullable String model, @Nullable Endpoint endpoint) {

    /** An OpenAI-compatible server. */
    public record Endpoint(
            String url, String model, @Nullable SecretRef secretRef, Integer maxConcurrency) {}

    /** A Secret in the run's namespace whose key {@code token} is sent as the bearer token. */
    public record SecretRef(String name) {}
}
