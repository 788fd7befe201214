package dev.potstill.trainer.fetch;

import dev.potstill.contract.HubPath;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** The places of a run, each made ready when it is first asked. */
final class Stores {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private enum Kind {
        HUB,
        BUCKET
    }

    private final FetchSettings settings;
    private final Map<Kind, Store> ready = new EnumMap<>(Kind.class);

    Stores(FetchSettings settings) {
        this.settings = settings;
    }

    Store of(Wanted wanted) {
        Kind kind = wanted.location().startsWith(HubPath.SCHEME) ? Kind.HUB : Kind.BUCKET;
        return ready.computeIfAbsent(kind, any -> switch (any) {
            case HUB ->
                new Hub(new HubClient(
                        settings.hub(), settings.token(), settings.patience().stall()));
            case BUCKET -> new Bucket(s3());
        });
    }

    /** Trying again is ours, and so is checking: a file comes in parts. */
    private S3Client s3() {
        StoreSettings store = settings.store();
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(settings.patience().stall()))
                .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .credentialsProvider(store.credentials())
                .region(Region.of(store.region()));
        URI endpoint = store.endpoint().orElse(null);
        return endpoint == null
                ? builder.crossRegionAccessEnabled(true).build()
                : builder.endpointOverride(endpoint).forcePathStyle(true).build();
    }
}
