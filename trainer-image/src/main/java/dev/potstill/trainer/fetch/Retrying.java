package dev.potstill.trainer.fetch;

import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLHandshakeException;

/** Tries again what may pass, for as long as patience lasts. Whatever came further meanwhile starts with new patience. */
record Retrying(Patience patience, StopSignal stop, Consumer<String> warnings, InstantSource clock) {

    interface Attempt<T> {
        T make() throws IOException;
    }

    <T> T until(Wanted wanted, Attempt<T> attempt) {
        return until(wanted, attempt, () -> 0);
    }

    /** @param reached how far it has come, such as bytes */
    <T> T until(Wanted wanted, Attempt<T> attempt, LongSupplier reached) {
        Instant since = clock.instant();
        int failures = 0;
        while (true) {
            stop.check();
            long before = reached.getAsLong();
            try {
                return attempt.make();
            } catch (SSLHandshakeException e) {
                throw wanted.rejected(
                        "does not agree on TLS (" + e.getMessage() + ")",
                        "Expected a certificate that this machine trusts");
            } catch (FileSystemException e) {
                throw new UncheckedIOException(e); // of the disk: the stage's end tells of it
            } catch (IOException e) {
                stop.check();
                boolean cameFurther = reached.getAsLong() > before;
                failures = cameFurther ? 1 : failures + 1;
                since = cameFurther ? clock.instant() : since;
                pause(wanted, e, failures, Duration.between(since, clock.instant()));
            }
        }
    }

    private void pause(Wanted wanted, IOException failed, int failures, Duration waited) {
        Optional<Duration> asked = failed instanceof Hindrance hindrance ? hindrance.retryAfter() : Optional.empty();
        Duration pause = patience.backoff().pause(failures, asked);
        if (waited.plus(pause).compareTo(patience.retries()) > 0) {
            throw wanted.unavailable(
                    "cannot be fetched: %s, after %d attempt%s in %d s%s"
                            .formatted(
                                    told(failed),
                                    failures,
                                    failures == 1 ? "" : "s",
                                    waited.toSeconds(),
                                    asked.map(wait -> "; it asks to wait %d s".formatted(wait.toSeconds()))
                                            .orElse("")),
                    "What was fetched is kept: run again later, or raise %s".formatted(FetchSettings.RETRY_SECONDS));
        }
        if (failures == 3) {
            warnings.accept("%s: %s: %s; it is tried again".formatted(wanted.field(), wanted.location(), told(failed)));
        }
        stop.pause(pause);
    }

    private static String told(IOException failed) {
        return failed instanceof Hindrance
                ? String.valueOf(failed.getMessage())
                : "the connection failed (" + failed + ")";
    }
}
