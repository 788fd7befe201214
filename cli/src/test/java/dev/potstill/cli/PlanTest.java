package dev.potstill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Pin;
import dev.potstill.contract.Pins;
import dev.potstill.contract.WorkspaceLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
    @TempDir
    Path folder;

    private Home home;

    @BeforeEach
    void home() {
        home = new Home(folder);
    }

    private String plan(String... more) {
        var arguments = new ArrayList<>(List.of("plan", home.manifest.toString()));
        arguments.addAll(List.of(more));
        assertThat(home.potstill(arguments.toArray(String[]::new)))
                .as(home.complained())
                .isZero();
        return home.shown();
    }

    @Test
    void before_a_run_all_stages_run_and_nothing_is_written() {
        assertThat(plan())
                .containsPattern(
                        "Data +runs +[0-9a-f]{12} +≤ 3.00 GiB ! +- +- +problems, 5 answers a prompt +not made yet")
                .containsPattern("Feature +runs +- +1.50 GiB +7.00 MiB +- +hidden states")
                .containsPattern("Response +runs +- +- +- +- +ForwardKL at temperature 2.0.* follows Feature");
        assertThat(home.workspace).doesNotExist();
    }

    @Test
    void without_chance_in_it_one_answer_is_sampled() {
        assertThat(plan("--set", "spec.data.augmentation.temperature=0"))
                .containsPattern("Data +runs .*problems, 1 answer a prompt");
    }

    @Test
    void the_memory_and_the_disk_there_are_stand_below_and_what_is_beyond_them_is_marked() {
        assertThat(plan())
                .containsPattern("There are 2.00 GiB of memory, and 30.0 MiB are free on the disk")
                .contains("! more than there is", "Feature: no room");
        assertThat(plan("--json")).contains("\"memory\" : %d".formatted(2L << 30));
    }

    @Test
    void the_disk_is_that_which_the_workspace_will_be_on() throws IOException {
        Path there = Files.createDirectory(folder.resolve("there"));
        assertThat(plan()).contains("Feature: no room below " + folder + "\n");
        assertThat(plan("--workspace", there.resolve("not/yet").toString()))
                .contains("Feature: no room below " + there + "\n");
        assertThat(there).isEmptyDirectory();
    }

    @Test
    void where_rows_are_not_known_their_signals_are_not_in_the_figure() {
        assertThat(plan()).doesNotContain("+ signals");
        assertThat(plan("--set", "spec.training.maxLength=97"))
                .containsPattern("Feature +runs +- +≤ 1.50 GiB +≤ 7.00 MiB \\+ signals")
                .contains("+ signals: what is kept of the teacher");
    }

    @Test
    void what_keeps_a_run_from_starting_is_said_with_its_exit_code() {
        assertThat(home.potstill("plan", home.manifest.toString(), "--set", "spec.student.keepLayers=99"))
                .isEqualTo(65);
        assertThat(home.shown()).containsPattern("Data +runs");
        assertThat(home.complained()).contains("potstill: ", "spec.student.keepLayers: found 99");
    }

    @Test
    void what_is_fetched_is_named_with_its_size_once_it_has_been_looked_up() {
        String[] remote = {"--set", "spec.student.model=hf://lab/small"};
        assertThat(plan(remote))
                .contains("Fetches hf://lab/small: looked up when the run begins; its size is not known yet");
        assertThat(home.complained()).contains("not estimated: what the run fetches is not here");
        var files = List.of(new Pin.RemoteFile("model.safetensors", "model.safetensors", 3_000_000, "sha256:0"));
        Pins.add(
                new WorkspaceLayout(home.workspace),
                "tiny",
                Map.of("hf://lab/small", new Pin("hf://lab/small", "Model", "abc", files)));
        assertThat(plan(remote)).contains("Fetches hf://lab/small: 1 files, 2.86 MiB, commit abc");
        assertThat(plan()).doesNotContain("Fetches");
    }

    @Test
    void a_defect_of_the_trainer_is_not_taken_for_what_is_to_be_fetched() {
        assertThat(home.potstill("plan", home.manifest.toString(), "--set", "spec.student.model=hf://lab/odd"))
                .isEqualTo(70);
        assertThat(home.complained()).contains("potstill: memory and disk are not estimated: Index 7 out of bounds");
    }

    @Test
    void after_a_run_all_are_reused_sizes_are_known_and_a_changed_setting_is_named() {
        home.run();

        assertThat(plan())
                .containsPattern("Data +reused +[0-9a-f]{12} +- +- +1m01s .* → 1,200 rows")
                .containsPattern("Feature +reused .* 2 × 1,200 rows, 300 steps of 8");
        assertThat(plan("--set", "spec.feature.maxSamples=1000"))
                .containsPattern("Feature +runs .* 2 × 1,000 rows, 250 steps of 8")
                .containsPattern("Response .* 6 × 1,200 rows, 900 steps of 8");
        assertThat(plan("--set", "spec.response.temperature=3.0"))
                .containsPattern("Feature +reused")
                .containsPattern("Response +runs .* response.temperature changed")
                .containsPattern("Evaluation +runs .* follows Response");
    }

    @Test
    void what_will_not_fit_is_said_and_ends_with_78() {
        assertThat(home.potstill("plan", home.manifest.toString(), "--set", "spec.training.batchSize=4096"))
                .isEqualTo(78);
        assertThat(home.shown()).containsPattern("Data +runs");
        assertThat(home.complained()).contains("potstill: Data does not fit");
    }

    @Test
    void a_rebuilt_trainer_is_named_as_the_reason() throws IOException {
        home.run();
        Files.writeString(home.trainer, "another");

        assertThat(plan()).containsPattern("Data +runs .* trainer changed");
    }

    @Test
    void a_stage_that_was_stopped_goes_on_from_its_checkpoint() throws IOException {
        home.run();
        JsonNode planned = Json.mapper().readTree(plan("--json", "--set", "spec.response.temperature=3.0"));
        JsonNode response = planned.path("stages").get(2);
        assertThat(response.path("action").asText()).isEqualTo("runs");
        String digest = response.path("inputDigest").asText();
        Files.createDirectories(
                home.workspace.resolve("partial/Response-%s/checkpoint-000200".formatted(digest.substring(0, 12))));

        assertThat(plan("--set", "spec.response.temperature=3.0")).contains("goes on from step 200");
    }

    @Test
    void the_report_is_written_anew_from_the_workspace_and_needs_a_finished_stage() throws IOException {
        assertThat(home.potstill("report", home.manifest.toString())).isEqualTo(65);
        home.run();
        Files.delete(home.workspace.resolve("report.html"));

        assertThat(home.potstill("report", home.manifest.toString())).isZero();

        assertThat(home.shown().strip())
                .isEqualTo(home.workspace.resolve("report.html").toString());
        assertThat(home.workspace.resolve("report.html")).content().contains("WordProblems", "Succeeded");
    }
}
