package dev.potstill.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
    @TempDir
    Path folder;

    private WorkspaceLayout workspace;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void workspace() {
        workspace = new WorkspaceLayout(folder.resolve("workspace"));
    }

    private Lineage lineage(Map<String, Object> changes) {
        return Lineage.of(Specs.with(changes), workspace, "v1", warnings::add);
    }

    private StageOutput make(Stage stage, String content) throws IOException {
        InputDigest input = Upstream.of(stage, Specs.resolved(), workspace, "v1", warnings::add)
                .input();
        Path out = workspace.unsealed(stage, input.hex());
        Files.createDirectories(out.resolve("model"));
        Files.writeString(out.resolve("model/weights"), content);
        Files.createDirectories(workspace.checkpoint(stage, input.hex(), 200));
        return StageOutput.seal(
                workspace,
                input,
                digest -> new StageReport(
                        stage, input.hex(), digest, 5, Map.of("rows", 3L), Map.of(), List.of(), Map.of()));
    }

    private static List<Stage> made(Lineage lineage) {
        return lineage.steps().stream()
                .filter(step -> step.output().isPresent())
                .map(Lineage.Step::stage)
                .toList();
    }

    @Test
    void stages_stand_in_their_order_and_an_input_is_known_once_all_before_it_are_made() throws IOException {
        assertThat(lineage(Map.of()).steps())
                .extracting(Lineage.Step::stage)
                .containsExactly(Stage.Data, Stage.Feature, Stage.Response, Stage.Evaluation);
        assertThat(lineage(Map.of()).steps())
                .extracting(step -> step.input().isPresent())
                .containsExactly(true, false, false, false);

        make(Stage.Data, "rows");

        assertThat(lineage(Map.of()).steps())
                .extracting(step -> step.input().isPresent())
                .containsExactly(true, true, false, false);
    }

    @Test
    void a_sealed_output_is_found_again_with_its_report_and_nothing_else_is_left() throws IOException {
        StageOutput output = make(Stage.Data, "rows");

        assertThat(made(lineage(Map.of()))).containsExactly(Stage.Data);
        assertThat(output.report().outputDigest()).isEqualTo(output.outputDigest());
        assertThat(output.file("model/weights")).hasContent("rows");
        assertThat(workspace.partial(Stage.Data, output.input().hex())).doesNotExist();
        output.verify();
    }

    @Test
    void another_temperature_leaves_the_stages_before_it_standing_and_going_back_finds_the_old_ones()
            throws IOException {
        make(Stage.Data, "rows");
        make(Stage.Feature, "f");
        make(Stage.Response, "r");
        make(Stage.Evaluation, "e");

        assertThat(made(lineage(Map.of("/response/temperature", "3.0")))).containsExactly(Stage.Data, Stage.Feature);
        assertThat(made(lineage(Map.of()))).hasSize(4);
    }

    @Test
    void equal_content_has_an_equal_digest_whatever_the_report_says() throws IOException {
        String digest = make(Stage.Data, "rows").outputDigest();
        workspace = new WorkspaceLayout(folder.resolve("another"));

        assertThat(make(Stage.Data, "rows").outputDigest()).isEqualTo(digest);
        assertThat(make(Stage.Feature, "rows").outputDigest()).isEqualTo(digest);
    }

    @Test
    void an_output_with_a_file_missing_or_cut_short_is_told_of_and_made_again() throws IOException {
        Path weights = make(Stage.Data, "rows").file("model/weights");
        Files.writeString(weights, "ro");

        assertThat(made(lineage(Map.of()))).isEmpty();
        assertThat(warnings).singleElement().asString().contains("weights has 2 bytes instead of 4");

        Files.delete(weights);
        assertThat(made(lineage(Map.of()))).isEmpty();
        assertThat(warnings).last().asString().contains("weights is missing");

        make(Stage.Data, "rows");
        assertThat(made(lineage(Map.of()))).containsExactly(Stage.Data);
    }

    @Test
    void verifying_reads_what_a_size_cannot_tell() throws IOException {
        StageOutput output = make(Stage.Data, "rows");
        Files.writeString(output.file("model/weights"), "rats");

        assertThatThrownBy(output::verify).isInstanceOf(Problem.class).hasMessageContaining("model/weights");
    }

    @Test
    void a_stage_out_of_turn_says_which_must_run_first() {
        assertThatThrownBy(() -> make(Stage.Response, "r"))
                .isInstanceOf(Problem.class)
                .hasMessage("Response needs the output of Data, which is not in the workspace: run Data first");
        assertThatThrownBy(() -> make(Stage.Quantization, "q")).hasMessageContaining("spec.stages");
    }

    @Test
    void a_missing_file_of_any_stage_is_told_before_the_first_runs_by_field_and_path() {
        Map<String, Object> missing = Map.of(
                "/evaluation/data", List.of(Map.of("suite", "WordProblems", "uri", "file:///no/such/problems.jsonl")));

        assertThatThrownBy(() -> lineage(missing))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED))
                .hasMessageContaining("spec.evaluation.data[0].uri")
                .hasMessageContaining("/no/such/problems.jsonl");
    }

    @Test
    void a_folder_is_hashed_once_and_again_when_a_file_in_it_changes() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Path weights = Files.writeString(model.resolve("weights"), "1");
        Map<String, Object> fromFolder = Map.of("/student/model", "file://" + model);
        Files.createDirectories(workspace.cache());

        String first = inputOfData(fromFolder);
        Path cache = workspace.cache().resolve("digests.json");
        String remembered = Files.readString(cache);
        assertThat(inputOfData(fromFolder)).isEqualTo(first);
        assertThat(cache).hasContent(remembered);

        Files.writeString(weights, "22");
        String second = inputOfData(fromFolder);
        assertThat(second).isNotEqualTo(first);

        Files.writeString(cache, "not json");
        assertThat(inputOfData(fromFolder)).isEqualTo(second);
    }

    @Test
    void of_a_folder_of_data_those_files_count_that_are_read() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Path rows = Files.writeString(data.resolve("rows.jsonl"), "1");
        Map<String, Object> source = Map.of("/data/sources/0/uri", "file://" + data);
        Files.createDirectories(workspace.cache());
        String first = inputOfData(source);

        Files.writeString(data.resolve(".hidden.jsonl"), "2");
        Files.writeString(data.resolve("README.md"), "3");
        Files.writeString(Files.createDirectories(data.resolve("more")).resolve("rows.jsonl"), "4");
        assertThat(inputOfData(source)).isEqualTo(first);

        Files.writeString(rows, "55");
        assertThat(inputOfData(source)).isNotEqualTo(first);
    }

    private String inputOfData(Map<String, Object> changes) {
        return lineage(changes).steps().getFirst().input().orElseThrow().hex();
    }

    @Test
    void a_workspace_has_one_runner_and_says_which_process_it_is() {
        try (var held = WorkspaceLock.take(workspace, "runner")) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> WorkspaceLock.take(workspace, "runner"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            assertThat(WorkspaceLock.holder(workspace, "runner"))
                    .hasValue(Long.toString(ProcessHandle.current().pid()));
            WorkspaceLock.take(workspace, "trainer").close();
            assertThat(WorkspaceLock.holder(workspace, "trainer")).isEmpty();
        }
        WorkspaceLock.take(workspace, "runner").close();
    }

    @Test
    void the_newest_checkpoint_is_known_by_its_step() throws IOException {
        String digest = inputOfData(Map.of());
        assertThat(workspace.lastCheckpointStep(Stage.Data, digest)).isEmpty();
        Files.createDirectories(workspace.checkpoint(Stage.Data, digest, 200));
        Files.createDirectories(workspace.checkpoint(Stage.Data, digest, 1000));
        Files.createDirectories(workspace.partial(Stage.Data, digest).resolve("checkpoint-002000.writing"));
        assertThat(workspace.lastCheckpointStep(Stage.Data, digest)).hasValue(1000);
    }
}
