package dev.potstill.trainer.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Pins;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.weights.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What comes of a Hub, and what is refused. */
class HubTest extends StockedHub {
    @Test
    void a_model_and_data_are_here_afterwards_and_only_what_of_them_is_needed() throws IOException {
        Manifest here = place.fetch(both());
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
        Place other = place("b");
        Manifest train = other.fetch(other.manifest("hf://lab/small", "hf://datasets/lab/splits/**train**"));
        assertThat(Place.data(train)).hasFileName("train-0.jsonl");
        assertThat(Place.data(train).resolveSibling("README.md")).exists();
        assertThat(other.warnings).isEmpty();
    }

    @Test
    void the_token_is_shown_to_the_hub_and_to_nobody_it_sends_to() throws IOException {
        hub.gate(MODEL, "hf_secret", false);
        place.with("HF_TOKEN", "hf_secret");
        place.fetch(small());
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
    void what_is_larger_than_the_disk_is_not_begun() throws IOException {
        Manifest run = small();
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
