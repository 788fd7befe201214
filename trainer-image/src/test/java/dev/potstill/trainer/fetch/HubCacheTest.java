package dev.potstill.trainer.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Lineage;
import dev.potstill.contract.Notices;
import dev.potstill.contract.Pins;
import dev.potstill.manifest.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What was fetched is shared, and stays at its commit. */
class HubCacheTest extends StockedHub {
    @Test
    void a_run_stays_at_the_commit_that_it_began_with_and_another_takes_the_new_one() throws IOException {
        Manifest run = small();
        Pins first = place.fetching().pins(run);
        String began = digest(run, first);
        hub.with(MODEL, "README.md", text("more about it"));
        hub.with(MODEL, "config.json", text("{\"new\": 1}"));
        Pins later = place.fetching().pins(run);
        assertThat(later.of("hf://lab/small")).isEqualTo(first.of("hf://lab/small"));
        assertThat(digest(run, later)).isEqualTo(began);
        Manifest other = place.manifest("other", "hf://lab/small", "builtin://word-problems");
        Pins moved = place.fetching().pins(other);
        assertThat(moved.of("hf://lab/small").orElseThrow().revision()).isEqualTo(hub.commit(MODEL));
        assertThat(digest(other, moved)).isNotEqualTo(began);
    }

    @Test
    void a_commit_that_leaves_the_files_as_they_were_changes_nothing() throws IOException {
        Manifest run = small();
        String before = digest(run, place.fetching().pins(run));
        hub.with(MODEL, "README.md", text("more about it"));
        Manifest other = place.manifest("other", "hf://lab/small", "builtin://word-problems");
        assertThat(digest(other, place.fetching().pins(other))).isEqualTo(before);
    }

    private String digest(Manifest run, Pins pins) {
        return Lineage.of(run.spec(), pins, place.workspace, "v1", Notices.of(any -> {}))
                .steps()
                .getFirst()
                .input()
                .map(InputDigest::hex)
                .orElseThrow();
    }

    @Test
    void what_is_fetched_is_shared_and_without_a_hub_it_is_enough() throws IOException {
        place.fetch(both());
        int asked = hub.asked().size();
        place.fetch(both());
        assertThat(hub.asked()).hasSize(asked);
        place.with("HF_HUB_OFFLINE", "1");
        Manifest here = place.fetch(place.manifest("other", "hf://lab/small", "hf://datasets/lab/chats"));
        assertThat(Place.model(here).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(hub.asked()).hasSize(asked);
        refused("hf://lab/none", "builtin://word-problems")
                .contains("was not fetched before")
                .contains("HF_HUB_OFFLINE says not to ask the Hub");
    }

    @Test
    void a_commit_is_not_looked_up_twice() throws IOException {
        String model = "hf://lab/small@" + hub.commit(MODEL);
        place.fetch(place.manifest(model, "builtin://word-problems"));
        int asked = hub.asked().size();
        place.fetch(place.manifest("other", model, "builtin://word-problems"));
        assertThat(hub.asked()).hasSize(asked);
    }

    @Test
    void of_two_who_fetch_the_same_at_once_one_waits() throws IOException {
        List<CompletableFuture<Manifest>> both = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            Place own = place(name).with("POTSTILL_CACHE", folder.resolve("shared"));
            Manifest run = own.manifest("hf://lab/small", "builtin://word-problems");
            both.add(CompletableFuture.supplyAsync(() -> own.fetch(run)));
        }
        for (var here : both) {
            assertThat(Place.model(here.join()).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        }
        assertThat(hub.faults.sent()).hasSize(1);
    }
}
