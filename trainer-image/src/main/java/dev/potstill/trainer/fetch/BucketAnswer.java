package dev.potstill.trainer.fetch;

import dev.potstill.trainer.endpoint.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What comes of asking a bucket: its failures told apart by whether they may pass. */
final class BucketAnswer {
    private static final Set<Integer> MAY_PASS = Set.of(408, 425, 429);
    private static final Set<Integer> UNKNOWN = Set.of(400, 416, 501);
    private static final int MISSING = 404;

    private BucketAnswer() {}

    static <T> T of(Wanted wanted, Supplier<T> asked) throws IOException {
        try {
            return asked.get();
        } catch (AwsServiceException e) {
            throw failed(wanted, e);
        } catch (SdkClientException e) {
            throw new Hindrance("the store cannot be asked (%s)".formatted(deepest(e)), Optional.empty());
        }
    }

    static <T> Optional<T> unlessMissing(Supplier<T> asked) {
        try {
            return Optional.of(asked.get());
        } catch (S3Exception e) {
            if (e.statusCode() == MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Not all stores know parts. */
    static <T> Optional<T> unlessUnknown(Supplier<T> asked) {
        try {
            return Optional.of(asked.get());
        } catch (S3Exception e) {
            if (UNKNOWN.contains(e.statusCode())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static IOException failed(Wanted wanted, AwsServiceException e) {
        int status = e.statusCode();
        if (MAY_PASS.contains(status) || status / 100 == 5) {
            return new Hindrance("the store answered %d %s".formatted(status, code(e)), retryAfter(e));
        }
        throw switch (status) {
            case MISSING ->
                wanted.rejected(
                        "is not there: the store answered 404 " + code(e),
                        "Correct the bucket or key; AWS_ENDPOINT_URL names the store, where it is not Amazon's");
            case 401, 403 ->
                wanted.rejected(
                        "is refused: the store answered %d %s".formatted(status, code(e)),
                        "Expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of who may read it");
            case 412 ->
                wanted.rejected(
                        "holds another content than when the run first looked it up",
                        "Delete the run's file below pins/ in the workspace to take the new one, or put the old one back");
            default ->
                wanted.rejected(
                        "cannot be read: the store answered %d %s".formatted(status, code(e)),
                        "Check AWS_ENDPOINT_URL and AWS_REGION");
        };
    }

    private static String code(AwsServiceException e) {
        String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
        return code == null ? "" : code;
    }

    private static Optional<Duration> retryAfter(AwsServiceException e) {
        return e.awsErrorDetails() == null || e.awsErrorDetails().sdkHttpResponse() == null
                ? Optional.empty()
                : e.awsErrorDetails()
                        .sdkHttpResponse()
                        .firstMatchingHeader("Retry-After")
                        .flatMap(value -> Backoff.retryAfter(value, Instant.now()));
    }

    private static String deepest(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
