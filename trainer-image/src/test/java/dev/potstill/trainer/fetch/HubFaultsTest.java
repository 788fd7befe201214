package dev.potstill.trainer.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Pins;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.fetch.Faults.Fault;
import dev.potstill.trainer.fetch.Faults.Sent;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.weights.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A Hub that is slow, busy or wrong. */
class HubFaultsTest extends StockedHub {
    @Test
    void interrupted_at_every_tenth_the_file_is_whole_and_no_tenth_comes_twice() throws IOException {
        hub.faults.then(IntStream.rangeClosed(1, 9)
                .mapToObj(tenth -> new Fault.CutAt(WEIGHTS.length / 10 * tenth))
                .toArray(Fault[]::new));
        Manifest here = place.fetch(small());
        assertThat(Place.model(here).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        List<Long> from = hub.faults.sent().stream().map(Sent::from).toList();
        assertThat(from).hasSize(10).isSorted();
        assertThat(from.getLast()).isGreaterThan(WEIGHTS.length / 10 * 8);
    }

    @Test
    void a_fetch_that_ends_at_any_tenth_goes_on_from_there_when_it_is_begun_anew() throws IOException {
        for (int tenth = 0; tenth <= 9; tenth++) {
            Place own = place("tenth-" + tenth);
            Manifest run = own.manifest("hf://lab/small", "builtin://word-problems");
            int reached = WEIGHTS.length / 10 * tenth;
            hub.faults.then(new Fault.CutAt(reached));
            own.patience(Duration.ZERO, Duration.ofSeconds(20));
            Refused.message(ExitCode.LOCATION_UNAVAILABLE, () -> own.fetch(run))
                    .startsWith("spec.teachers[0].model: hf://lab/small cannot be fetched: ");
            Manifest here = own.fetch(run);
            assertThat(Place.model(here).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
            assertThat(hub.faults.sent().getLast().from()).isBetween(Math.max(0L, reached - 200_000L), (long) reached);
        }
    }

    @Test
    void a_server_that_sends_all_where_a_part_was_asked_for_is_taken_at_its_word() throws IOException {
        hub.faults.then(new Fault.CutAt(500_000), new Fault.Whole());
        Manifest here = place.fetch(small());
        assertThat(Place.model(here).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    }

    @Test
    void a_wrong_content_is_refused_and_nothing_of_it_is_left() throws IOException {
        hub.faults.damage(true);
        Manifest run = small();
        Refused.message(() -> place.fetch(run))
                .startsWith(
                        "spec.teachers[0].model: hf://lab/small is not what it says: model.safetensors has the sha256 ")
                .contains("it was fetched twice and removed");
        assertThat(blobs()).noneMatch(name -> name.contains("sha256"));
        hub.faults.damage(false);
        assertThat(Place.model(place.fetch(run)).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    }

    @Test
    void a_wrong_small_file_is_known_by_gits_name_for_it() throws IOException {
        hub.answers.damage(true);
        Refused.message(() -> place.fetch(small())).contains(".json has the git ");
        assertThat(blobs()).noneMatch(name -> name.matches("git-[0-9a-f]+"));
    }

    @Test
    void a_part_of_another_content_is_found_out_and_fetched_anew() throws IOException {
        Manifest run = small();
        hub.faults.then(new Fault.CutAt(500_000));
        place.patience(Duration.ZERO, Duration.ofSeconds(20));
        assertThatThrownBy(() -> place.fetch(run)).hasMessageContaining("cannot be fetched");
        Path part = Files.list(folder.resolve("a/cache/blobs"))
                .filter(file -> file.toString().endsWith(".part"))
                .findFirst()
                .orElseThrow();
        Files.write(part, Place.bytes((int) Files.size(part), 9));
        assertThat(Place.model(place.fetch(run)).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    }

    private List<String> blobs() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("a/cache/blobs"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void a_busy_hub_is_asked_again_when_it_says_so() throws IOException {
        hub.limit("\"api\";r=0;t=0");
        hub.faults.then(
                new Fault.Status(429, Optional.of("0")),
                new Fault.Status(503, Optional.empty()),
                new Fault.Status(403, Optional.empty())); // an address that is no longer good
        Manifest here = place.fetch(small());
        assertThat(Place.model(here).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        hub.limit("\"api\";r=0;t=300");
        Refused.message(ExitCode.LOCATION_UNAVAILABLE, () -> place("b").fetch(both()))
                .contains("127.0.0.1 answered 429")
                .contains("it asks to wait 300 s")
                .contains("raise POTSTILL_FETCH_RETRY_SECONDS");
    }

    @Test
    void silence_is_broken_off_and_the_file_goes_on() throws IOException {
        hub.faults.then(new Fault.SilentAt(300_000));
        place.patience(Duration.ofSeconds(60), Duration.ofSeconds(3));
        Manifest here = place.fetch(small());
        assertThat(Place.model(here).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(hub.faults.sent()).hasSize(2);
    }

    @Test
    void a_stage_that_is_to_stop_waits_no_longer() throws IOException {
        hub.faults.then(new Fault.SilentAt(300_000));
        Manifest run = small();
        Fetching fetching = place.fetching();
        Pins pins = fetching.pins(run);
        var fetched = CompletableFuture.runAsync(() -> fetching.here(run, Stage.Data, pins));
        while (hub.faults.sent().isEmpty()) {
            Thread.onSpinWait();
        }
        place.stop.raise();
        assertThatThrownBy(fetched::join).hasCauseInstanceOf(Stopped.class);
    }
}
