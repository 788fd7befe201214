package dev.potstill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Json;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.contract.WorkspaceLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
    @TempDir
    Path folder;

    private Home home;

    @BeforeEach
    void home() {
        home = new Home(folder);
    }

    @Test
    void a_run_goes_through_its_stages_and_ends_with_scores_and_the_path_of_the_report() {
        assertThat(home.run()).as(home.complained()).isZero();

        assertThat(home.started()).containsExactly("Data 0", "Feature 0", "Response 0", "Evaluation 0");
        assertThat(home.shown())
                .contains("✔ Feature          1m01s  rows kept 1,200 · steps 0 · loss last 0.250")
                .containsPattern("Response +1m01s +77.0 ✘ +1.31")
                .contains("Time    Data 1m01s")
                .contains("Report  " + home.workspace.resolve("report.html"))
                .doesNotContain("\u001b");
        assertThat(home.workspace.resolve("report.html")).exists();
    }

    @Test
    void what_a_stage_warns_of_is_shown_once() throws IOException {
        home.behaviour("Data=warn");

        assertThat(home.run()).as(home.complained()).isZero();

        assertThat(home.shown()).containsOnlyOnce("warning: Data: spec.data.sources[0].uri: found few rows");
    }

    @Test
    void run_again_it_reuses_every_stage_and_starts_no_trainer() throws IOException {
        home.run();
        home.forgetStarts();

        assertThat(home.run()).isZero();

        assertThat(home.started()).isEmpty();
        assertThat(home.shown()).contains("= Data            reused").contains("= Evaluation      reused");
    }

    @Test
    void another_temperature_runs_only_the_response_stage_and_what_follows() throws IOException {
        home.run();
        home.forgetStarts();

        assertThat(home.run("--set", "spec.response.temperature=3.0")).isZero();

        assertThat(home.started()).containsExactly("Response 0", "Evaluation 0");
    }

    @Test
    void the_status_is_all_there_is_on_standard_output_when_json_is_asked_for() throws IOException {
        assertThat(home.run("--json")).isZero();

        JsonNode status = Json.mapper().readTree(home.shown());
        assertThat(status.at("/stages/2/state").asText()).isEqualTo("Succeeded");
        assertThat(status.at("/scores")).hasSize(4);
        assertThat(condition(status, "Succeeded")).isEqualTo("True");
        assertThat(condition(status, "GatesPassed")).isEqualTo("False");
        assertThat(home.complained()).contains("Feature");
    }

    @Test
    void a_stage_that_is_refused_ends_the_run_with_its_exit_code_a_line_and_the_path_of_its_log() throws IOException {
        home.behaviour("Feature=reject");

        assertThat(home.run("--json")).isEqualTo(65);

        assertThat(home.complained())
                .contains("potstill: Feature failed: data.jsonl line 7: found no field \"question\"; expected one")
                .contains(home.workspace.resolve("logs/Feature.log").toString())
                .doesNotContain("\tat ");
        JsonNode status = Json.mapper().readTree(home.shown());
        assertThat(condition(status, "Stalled")).isEqualTo("True");
        assertThat(status.at("/stages/1/lastFailure/exitCode").asInt()).isEqualTo(65);
        assertThat(home.started()).containsExactly("Data 0", "Feature 0");
    }

    @Test
    void what_was_made_before_a_failure_is_kept() throws IOException {
        home.behaviour("Response=reject");
        home.run();
        home.behaviour("");
        home.forgetStarts();

        assertThat(home.run()).isZero();

        assertThat(home.started()).containsExactly("Response 0", "Evaluation 0");
    }

    @Test
    void a_teacher_that_does_not_answer_is_tried_three_times() {
        home.behaviour("Data=fail-twice");
        assertThat(home.run()).isZero();
        assertThat(home.started()).startsWith("Data 0", "Data 1", "Data 2", "Feature 0");
    }

    @Test
    void a_stage_that_stopped_at_a_checkpoint_is_started_again() {
        home.behaviour("Response=stop-twice");
        assertThat(home.run()).isZero();
        assertThat(home.started()).contains("Response 0", "Response 1", "Response 2");
    }

    @Test
    void a_trainer_that_dies_without_a_word_is_told_of_with_its_log() {
        home.behaviour("Data=abort");

        assertThat(home.run()).isEqualTo(134);

        assertThat(home.complained())
                .contains("ended with 134 without saying why")
                .contains("Data.log");
        assertThat(home.workspace.resolve("logs/Data.log")).content().contains("working at Data");
    }

    @Test
    void the_signal_that_ended_a_trainer_is_in_the_exit_code() {
        home.behaviour("Data=segfault");
        assertThat(home.run()).isEqualTo(139);
    }

    @Test
    void a_trainer_that_ends_well_and_made_nothing_is_not_believed() {
        home.behaviour("Data=no-output");
        assertThat(home.run()).isEqualTo(70);
        assertThat(home.started()).containsExactly("Data 0");
    }

    @Test
    void a_damaged_output_is_told_of_and_made_again() throws IOException {
        home.run();
        home.forgetStarts();
        try (var outputs = Files.newDirectoryStream(home.workspace.resolve("stages"), "Feature-*")) {
            Files.delete(outputs.iterator().next().resolve("student/made"));
        }

        assertThat(home.run()).isZero();

        assertThat(home.shown()).contains("made is missing");
        // Made anew it is the same, so what follows stands.
        assertThat(home.started()).containsExactly("Feature 0");
    }

    @Test
    void a_wrong_manifest_is_told_by_field_and_as_a_status() throws IOException {
        assertThat(home.run("--json", "--set", "spec.response.temperature=cold"))
                .isEqualTo(65);

        assertThat(home.complained()).contains("temperature").doesNotContain("\tat ");
        assertThat(condition(Json.mapper().readTree(home.shown()), "Accepted")).isEqualTo("False");
        assertThat(home.started()).isEmpty();
    }

    @Test
    void a_second_run_in_a_workspace_is_refused_and_names_the_first() throws IOException {
        try (var held = WorkspaceLock.take(new WorkspaceLayout(home.workspace), "runner")) {
            assertThat(home.run("--json")).isEqualTo(75);
        }
        assertThat(home.complained())
                .contains("process " + ProcessHandle.current().pid());
        assertThat(condition(Json.mapper().readTree(home.shown()), "Accepted")).isEqualTo("True");
    }

    @Test
    void a_paused_manifest_starts_nothing() {
        assertThat(home.run("--set", "spec.execution=Paused")).isEqualTo(75);
        assertThat(home.started()).isEmpty();
        assertThat(home.complained()).contains("spec.execution is Paused");
    }

    @Test
    void a_missing_build_or_manifest_is_a_line() throws IOException {
        assertThat(home.potstill("run", "none.yaml")).isEqualTo(64);
        Files.delete(home.trainer);
        assertThat(home.run()).isEqualTo(74);
        assertThat(home.complained()).contains("There is no trainer").doesNotContain("\tat ");
    }

    @Test
    void the_trainer_of_another_version_is_not_taken() throws IOException {
        Files.writeString(home.trainer.resolveSibling("potstill-trainer-0.0.1.jar"), "older");
        assertThat(home.run()).as(home.complained()).isZero();

        Files.delete(home.trainer);
        assertThat(home.run()).isEqualTo(74);
    }

    @Test
    void a_wrong_command_line_is_64_and_help_is_0() {
        assertThat(home.potstill("run")).isEqualTo(64);
        assertThat(home.potstill("walk")).isEqualTo(64);
        assertThat(home.potstill()).isEqualTo(64);
        assertThat(home.potstill("run", "--help")).isZero();
        assertThat(home.potstill("--help")).isZero();
        assertThat(home.shown()).contains("Exit codes:");
    }

    @Test
    void without_a_command_all_that_help_lists_are_named() {
        home.potstill();
        String named = home.complained().lines().findFirst().orElseThrow();
        home.potstill("--help");

        List<String> listed = home.shown()
                .lines()
                .dropWhile(line -> !line.equals("Commands:"))
                .skip(1)
                .takeWhile(line -> line.startsWith(" "))
                .filter(line -> line.charAt(2) != ' ')
                .flatMap(line -> Stream.of(line.substring(2).split(" {2}")[0].split(", ")))
                .toList();
        assertThat(listed).contains("run", "list", "wait", "scores");
        assertThat(named)
                .isEqualTo("Say what to do: " + String.join(", ", listed).replaceFirst(", (\\w+)$", " or $1"));
    }

    private static String condition(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText();
            }
        }
        return "absent";
    }
}
