package dev.potstill.trainer.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Lineage;
import dev.potstill.contract.Notices;
import dev.potstill.contract.Pins;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.fetch.Faults.Fault;
import dev.potstill.trainer.fetch.Faults.Sent;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.weights.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubTest {
    private static final String MODEL = "models/lab/small";
    private static final String DATA = "datasets/lab/chats";
    private static final byte[] WEIGHTS = Place.bytes(1_000_000, 1);
    private static final byte[] ROWS = Place.bytes(10_000, 2);

    @TempDir
    Path folder;

    private HubServer hub;
    private Place place;

    @BeforeEach
    void start() throws IOException {
        hub = HubServer.start()
                .with(MODEL, "config.json", text("{}"))
                .with(MODEL, "tokenizer.json", text("{\"model\": {}}"))
                .with(MODEL, "model.safetensors", WEIGHTS)
                .with(MODEL, "pytorch_model.bin", Place.bytes(5_000, 3))
                .with(MODEL, "README.md", text("about it"))
                .with(MODEL, "onnx/model.onnx", Place.bytes(5_000, 4))
                .with(DATA, "data/en/train-0.jsonl", ROWS)
                .with(DATA, "data/de/train-0.jsonl", text("{}\n"))
                .with(DATA, "dataset_infos.json", text("{}"));
        place = new Place(folder.resolve("a")).with("HF_ENDPOINT", hub.url());
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Manifest run() throws IOException {
        return place.manifest("hf://lab/small", "hf://datasets/lab/chats");
    }

    @Test
    void a_model_and_data_are_here_afterwards_and_only_what_of_them_is_needed() throws IOException {
        Manifest here = place.fetch(run());
        assertThat(Place.model(here).toFile().list())
                .containsExactlyInAnyOrder("config.json", "tokenizer.json", "model.safetensors");
        assertThat(Place.model(here).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(Place.data(here).toFile().list())
                .containsExactlyInAnyOrder("de--train-0.jsonl", "en--train-0.jsonl");
        assertThat(Place.data(here).resolve("en--train-0.jsonl")).hasBinaryContent(ROWS);
        assertThat(place.told).anyMatch(line -> line.contains("commit " + hub.commit(MODEL)));
    }

    @Test
    void a_path_names_a_file_and_one_with_wildcards_several() throws IOException {
        Manifest one =
                place.fetch(place.manifest("hf://lab/small", "hf://datasets/lab/chats@main/data/en/train-0.jsonl"));
        assertThat(Place.data(one)).hasFileName("train-0.jsonl").hasBinaryContent(ROWS);
        Manifest several = place.fetch(place.manifest("hf://lab/small", "hf://datasets/lab/chats/data/d*/*.jsonl"));
        assertThat(Place.data(several)).hasFileName("train-0.jsonl").hasContent("{}");
    }

    @Test
    void files_whose_flat_names_would_be_the_same_all_come() throws IOException {
        hub.with("datasets/lab/twins", "en/train.jsonl", text("{\"a\": 1}\n"))
                .with("datasets/lab/twins", "en--train.jsonl", text("{\"a\": 2}\n"));
        Manifest here = place.fetch(place.manifest("hf://lab/small", "hf://datasets/lab/twins"));
        assertThat(Place.data(here).resolve("en%2Ftrain.jsonl")).hasContent("{\"a\": 1}");
        assertThat(Place.data(here).resolve("en--train.jsonl")).hasContent("{\"a\": 2}");
    }

    @Test
    void a_folder_of_this_machine_with_a_split_for_tests_is_warned_of_too() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("train.json"), "{}\n");
        Files.writeString(data.resolve(".test.json"), "{}\n");
        place.fetch(place.manifest("hf://lab/small", data.toString()));
        assertThat(place.warnings).isEmpty();
        Files.writeString(data.resolve("test.json"), "{}\n");
        String model = Files.createDirectory(folder.resolve("model")).toString();
        place.fetch(place.manifest(model, data.toString()));
        assertThat(place.warnings)
                .singleElement()
                .asString()
                .startsWith("spec.data.sources[0].uri: " + data + " is trained on whole")
                .contains("a split for tests or validation: test.json.", "name the files to train on");
        place.fetch(place.manifest(model, data.resolve("test.json").toString()));
        assertThat(place.warnings).hasSize(1);
    }

    @Test
    void a_location_that_is_read_in_two_ways_has_the_files_of_both() throws IOException {
        hub.with(DATA, "data/notes.md", text("Why?\n")).with(DATA, "README.md", text("about it"));
        String uri = "hf://datasets/lab/chats";
        Manifest here = place.fetch(place.manifest("hf://lab/small", uri + "\"}, {format: Text, uri: \"" + uri));
        assertThat(Place.data(here).toFile().list()).contains("en--train-0.jsonl", "de--train-0.jsonl", "notes.md");
    }

    @Test
    void the_card_of_a_data_set_comes_with_it_and_a_split_for_tests_is_warned_of() throws IOException {
        String set = "datasets/lab/splits";
        hub.with(set, "README.md", text("---\nlicense: mit\n---\n"))
                .with(set, "data/train-0.jsonl", text("{}\n"))
                .with(set, "data/test-0.jsonl", text("{ }\n"));
        Manifest run = place.manifest("hf://lab/small", "hf://datasets/lab/splits/data");
        Manifest here = place.fetch(run);
        assertThat(Place.data(here).resolve("README.md")).content().contains("license: mit");
        assertThat(place.warnings).singleElement().asString().contains("spec.data.sources[0].uri", "data/test-0.jsonl");
        assertThat(Fetching.origins(run, Pins.read(place.workspace, "run")))
                .containsExactly("hf://datasets/lab/splits@" + hub.commit(set) + "/data");
        Place other = new Place(folder.resolve("b")).with("HF_ENDPOINT", hub.url());
        Manifest train = other.fetch(other.manifest("hf://lab/small", "hf://datasets/lab/splits/**train**"));
        assertThat(Place.data(train)).hasFileName("train-0.jsonl");
        assertThat(Place.data(train).resolveSibling("README.md")).exists();
        assertThat(other.warnings).isEmpty();
    }

    @Test
    void interrupted_at_every_tenth_the_file_is_whole_and_no_tenth_comes_twice() throws IOException {
        hub.faults.then(IntStream.rangeClosed(1, 9)
                .mapToObj(tenth -> new Fault.CutAt(WEIGHTS.length / 10 * tenth))
                .toArray(Fault[]::new));
        Manifest here = place.fetch(place.manifest("hf://lab/small", "builtin://word-problems"));
        assertThat(Place.model(here).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        List<Long> from = hub.faults.sent().stream().map(Sent::from).toList();
        assertThat(from).hasSize(10).isSorted();
        assertThat(from.getLast()).isGreaterThan(WEIGHTS.length / 10 * 8);
    }

    @Test
    void a_fetch_that_ends_at_any_tenth_goes_on_from_there_when_it_is_begun_anew() throws IOException {
        for (int tenth = 0; tenth <= 9; tenth++) {
            Place own = new Place(folder.resolve("tenth-" + tenth)).with("HF_ENDPOINT", hub.url());
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
        Manifest here = place.fetch(place.manifest("hf://lab/small", "builtin://word-problems"));
        assertThat(Place.model(here).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    }

    @Test
    void a_wrong_content_is_refused_and_nothing_of_it_is_left() throws IOException {
        hub.faults.damage(true);
        Manifest run = place.manifest("hf://lab/small", "builtin://word-problems");
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
        Refused.message(() -> place.fetch(place.manifest("hf://lab/small", "builtin://word-problems")))
                .contains(".json has the git ");
        assertThat(blobs()).noneMatch(name -> name.matches("git-[0-9a-f]+"));
    }

    @Test
    void a_part_of_another_content_is_found_out_and_fetched_anew() throws IOException {
        Manifest run = place.manifest("hf://lab/small", "builtin://word-problems");
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
        Manifest here = place.fetch(place.manifest("hf://lab/small", "builtin://word-problems"));
        assertThat(Place.model(here).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        hub.limit("\"api\";r=0;t=300");
        Refused.message(
                        ExitCode.LOCATION_UNAVAILABLE,
                        () -> new Place(folder.resolve("b"))
                                .with("HF_ENDPOINT", hub.url())
                                .fetch(run()))
                .contains("127.0.0.1 answered 429")
                .contains("it asks to wait 300 s")
                .contains("raise POTSTILL_FETCH_RETRY_SECONDS");
    }

    @Test
    void silence_is_broken_off_and_the_file_goes_on() throws IOException {
        hub.faults.then(new Fault.SilentAt(300_000));
        place.patience(Duration.ofSeconds(60), Duration.ofSeconds(1));
        Manifest here = place.fetch(place.manifest("hf://lab/small", "builtin://word-problems"));
        assertThat(Place.model(here).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(hub.faults.sent()).hasSize(2);
    }

    @Test
    void a_stage_that_is_to_stop_waits_no_longer() throws IOException {
        hub.faults.then(new Fault.SilentAt(300_000));
        Manifest run = place.manifest("hf://lab/small", "builtin://word-problems");
        Fetching fetching = place.fetching();
        Pins pins = fetching.pins(run);
        var fetched = CompletableFuture.runAsync(() -> fetching.here(run, Stage.Data, pins));
        while (hub.faults.sent().isEmpty()) {
            Thread.onSpinWait();
        }
        place.stop.raise();
        assertThatThrownBy(fetched::join).hasCauseInstanceOf(Stopped.class);
    }

    @Test
    void the_token_is_shown_to_the_hub_and_to_nobody_it_sends_to() throws IOException {
        hub.gate(MODEL, "hf_secret", false);
        place.with("HF_TOKEN", "hf_secret");
        place.fetch(place.manifest("hf://lab/small", "builtin://word-problems"));
        assertThat(hub.faults.sent())
                .isNotEmpty()
                .allMatch(sent -> sent.authorization().isEmpty());
        assertThat(hub.answers.sent())
                .isNotEmpty()
                .allMatch(sent -> sent.authorization().equals("Bearer hf_secret"));
    }

    @Test
    void what_is_gated_is_told_apart_from_what_is_not_there() throws IOException {
        String data = "builtin://word-problems";
        refused("hf://lab/none", data).contains("hf://lab/none is not there: ").contains("set HF_TOKEN");
        refused("hf://lab/small@v9", data).contains("has no revision v9");
        refused("hf://lab/small", "hf://datasets/lab/chats/none/x.jsonl")
                .startsWith("spec.data.sources[0].uri: hf://datasets/lab/chats/none/x.jsonl holds no none/x.jsonl");
        hub.gate(MODEL, "hf_secret", true);
        refused("hf://lab/small", data).contains("is gated").contains("set HF_TOKEN to a token of yours");
        place.with("HF_TOKEN", "hf_other");
        refused("hf://lab/small", data).contains("is gated").contains("as the owner of the token in HF_TOKEN");
    }

    private org.assertj.core.api.AbstractStringAssert<?> refused(String model, String data) throws IOException {
        Manifest run = place.manifest(model, data);
        return Refused.message(() -> place.fetch(run));
    }

    @Test
    void a_model_of_no_use_is_refused_before_anything_is_fetched() throws IOException {
        hub.with("models/lab/old", "config.json", text("{}")).with("models/lab/old", "pytorch_model.bin", ROWS);
        refused("hf://lab/old", "builtin://word-problems")
                .contains("hf://lab/old holds no weights as .safetensors: found config.json, pytorch_model.bin");
        hub.with("models/lab/gguf", "a.Q4_1.gguf", ROWS).with("models/lab/gguf", "b.Q8_0.gguf", WEIGHTS);
        refused("hf://lab/gguf", "builtin://word-problems").contains("the path of one .gguf file");
        Manifest one = place.fetch(place.manifest("hf://lab/gguf/a.Q4_1.gguf", "builtin://word-problems"));
        assertThat(Place.model(one)).hasFileName("a.Q4_1.gguf").hasBinaryContent(ROWS);
        assertThat(hub.faults.sent()).hasSize(1);
    }

    @Test
    void a_run_stays_at_the_commit_that_it_began_with_and_another_takes_the_new_one() throws IOException {
        Manifest run = place.manifest("hf://lab/small", "builtin://word-problems");
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
        Manifest run = place.manifest("hf://lab/small", "builtin://word-problems");
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
        place.fetch(run());
        int asked = hub.asked().size();
        place.fetch(run());
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
            Place own = new Place(folder.resolve(name))
                    .with("HF_ENDPOINT", hub.url())
                    .with("POTSTILL_CACHE", folder.resolve("shared"));
            Manifest run = own.manifest("hf://lab/small", "builtin://word-problems");
            both.add(CompletableFuture.supplyAsync(() -> own.fetch(run)));
        }
        for (var here : both) {
            assertThat(Place.model(here.join()).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        }
        assertThat(hub.faults.sent()).hasSize(1);
    }

    @Test
    void what_is_larger_than_the_disk_is_not_begun() throws IOException {
        Manifest run = place.manifest("hf://lab/small", "builtin://word-problems");
        Fetching fetching = place.fetching();
        fetching.pins(run);
        Path file = place.workspace.pins("run");
        Files.writeString(file, Files.readString(file).replace("1000000", "1000000000000000"));
        Refused.message(ExitCode.STORAGE, () -> place.fetch(run))
                .contains("909.5 TiB (1,000,000,000,")
                .contains("are free")
                .contains("POTSTILL_CACHE");
        assertThat(hub.faults.sent()).isEmpty();
    }
}
