package dev.potstill.trainer.fetch;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Something that may pass: a server that is busy or gone, a connection that breaks off. */
final class Hindrance extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> retryAfter;

    Hindrance(String what, Optional<Duration> retryAfter) {
        super(what);
        this.retryAfter = retryAfter;
    }

    /** What the server asks for before it is asked again. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
