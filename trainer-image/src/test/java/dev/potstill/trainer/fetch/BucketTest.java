package dev.potstill.trainer.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Pins;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.fetch.BucketServer.Checks;
import dev.potstill.trainer.fetch.Faults.Fault;
import dev.potstill.trainer.fetch.Faults.Sent;
import dev.potstill.trainer.weights.Refused;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BucketTest {
    private static final byte[] ROWS = Place.bytes(1_000_000, 1);
    private static final String MODEL = "builtin://word-problem-teacher";

    @TempDir
    Path folder;

    private BucketServer bucket;
    private Place place;

    @BeforeEach
    void start() throws IOException {
        bucket = new BucketServer()
                .with("r1/2026/a b.jsonl", ROWS)
                .with("r1/2026/c.jsonl.gz", text("c"))
                .with("r1/d.jsonl", text("d"))
                .with("r1/notes.txt", text("n"))
                .with("r10/e.jsonl", text("e"));
        place = new Place(folder.resolve("a")).store(bucket.url());
    }

    @AfterEach
    void stop() {
        bucket.close();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Manifest fetch(String location) throws IOException {
        return place.fetch(place.manifest(MODEL, location));
    }

    @Test
    void a_prefix_is_all_below_it_over_all_pages_and_a_key_is_an_object() throws IOException {
        Path below = Place.data(fetch("s3://logs/r1/"));
        assertThat(below.toFile().list()).containsExactlyInAnyOrder("2026--a b.jsonl", "2026--c.jsonl.gz", "d.jsonl");
        assertThat(below.resolve("2026--a b.jsonl")).hasBinaryContent(ROWS);
        assertThat(Place.data(fetch("s3://logs/r1"))).isEqualTo(below);
        assertThat(Place.data(fetch("s3://logs/r1/d.jsonl")))
                .hasFileName("d.jsonl")
                .hasContent("d");
        assertThat(Place.data(fetch("s3://logs/r*/[a-z].jsonl")).toFile().list())
                .containsExactlyInAnyOrder("r1--d.jsonl", "r10--e.jsonl");
    }

    @Test
    void interrupted_at_every_tenth_the_object_is_whole_and_no_tenth_comes_twice() throws IOException {
        bucket.faults.then(IntStream.rangeClosed(1, 9)
                .mapToObj(tenth -> new Fault.CutAt(ROWS.length / 10 * tenth))
                .toArray(Fault[]::new));
        assertThat(Place.data(fetch("s3://logs/r1/2026/a b.jsonl"))).hasBinaryContent(ROWS);
        List<Long> from = bucket.faults.sent().stream().map(Sent::from).toList();
        assertThat(from).hasSize(10).isSorted();
        assertThat(from.getLast()).isEqualTo(ROWS.length / 10 * 9);
    }

    @ParameterizedTest
    @EnumSource(names = {"ETAG", "CRC32", "SHA256", "PARTS"})
    void a_wrong_content_is_refused_and_removed(Checks checks) throws IOException {
        bucket.checks = checks;
        bucket.faults.damage(true);
        String kind = switch (checks) {
            case ETAG -> "md5";
            case PARTS -> "md5-of-parts";
            default -> checks.name().toLowerCase(Locale.ROOT);
        };
        Refused.message(() -> fetch("s3://logs/r1/2026/a b.jsonl"))
                .startsWith(
                        "spec.data.sources[0].uri: s3://logs/r1/2026/a b.jsonl is not what it says: r1/2026/a b.jsonl has the %s "
                                .formatted(kind));
        assertThat(folder.resolve("a/cache/blobs")).isEmptyDirectory();
        bucket.faults.damage(false);
        assertThat(Place.data(fetch("s3://logs/r1/2026/a b.jsonl"))).hasBinaryContent(ROWS);
    }

    @Test
    void where_there_is_no_digest_the_size_is_all_there_is() throws IOException {
        bucket.checks = Checks.SIZE;
        assertThat(Place.data(fetch("s3://logs/r1/2026/a b.jsonl"))).hasBinaryContent(ROWS);
    }

    @Test
    void an_object_written_anew_is_not_taken_for_the_one_that_the_run_began_with() throws IOException {
        Manifest run = place.manifest(MODEL, "s3://logs/r1/d.jsonl");
        Pins pins = place.fetching().pins(run);
        bucket.with("r1/d.jsonl", text("another"));
        assertThat(place.fetching().pins(run).of("s3://logs/r1/d.jsonl")).isEqualTo(pins.of("s3://logs/r1/d.jsonl"));
        Refused.message(() -> place.fetch(run))
                .contains("holds another content than when the run first looked it up")
                .contains("below pins/");
    }

    @Test
    void keys_are_shown_where_there_are_some_and_nobody_asks_where_there_are_none() throws IOException {
        fetch("s3://logs/r1/d.jsonl");
        assertThat(bucket.shown()).containsOnly("null");
        place.with("AWS_ACCESS_KEY_ID", "me")
                .with("AWS_SECRET_ACCESS_KEY", "secret")
                .with("AWS_REGION", "eu-west-3");
        place.fetch(place.manifest("other", MODEL, "s3://logs/r10/"));
        assertThat(bucket.shown().getLast())
                .startsWith("AWS4-HMAC-SHA256 Credential=me/")
                .contains("/eu-west-3/s3/");
    }

    @Test
    void a_busy_store_is_asked_again_and_one_that_stays_away_is_told_of() throws IOException {
        bucket.faults.then(new Fault.Status(503, Optional.of("0")), new Fault.Status(500, Optional.empty()));
        assertThat(Place.data(fetch("s3://logs/r1/d.jsonl"))).hasContent("d");
        place.store(URI.create("http://127.0.0.1:1")).patience(Duration.ofMillis(50), Duration.ofSeconds(5));
        Manifest other = place.manifest("other", MODEL, "s3://logs/r10/");
        Refused.message(ExitCode.LOCATION_UNAVAILABLE, () -> place.fetch(other))
                .startsWith("spec.data.sources[0].uri: s3://logs/r10/ cannot be fetched: the store cannot be asked");
    }

    @Test
    void what_is_not_there_is_told_apart_from_what_may_not_be_read() throws IOException {
        Refused.message(() -> fetch("s3://none/x.jsonl")).contains("s3://none/x.jsonl is not there");
        Refused.message(() -> fetch("s3://logs/r2/"))
                .contains("holds no .jsonl files")
                .contains("no file there");
        bucket.refusal = "AccessDenied";
        Refused.message(() -> fetch("s3://logs/r10/"))
                .contains("is refused: the store answered 403 AccessDenied")
                .contains("AWS_ACCESS_KEY_ID");
    }
}
