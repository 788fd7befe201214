package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageEstimate;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.weights.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stage is taken to need, and what it is refused for, before it does any work. */
class PreflightTest {
    private static final long PLENTY = 64L << 30;

    /** Of word problems' tokens, some 12 MiB, most of it in the layers. */
    private static final TinyLlama LARGE = new TinyLlama(24, 128, 4, 2, 256, 0.05);

    @TempDir
    Path folder;

    private TrainingRun run;

    @BeforeEach
    void makeModelsAndRows() throws IOException {
        run = TrainingRun.in(folder).withRows(40);
    }

    private StageContext context(Stage stage, Map<String, String> settings) throws IOException {
        return run.context(stage, "run", settings);
    }

    private static StageEstimate estimate(StageContext context) {
        return new Preflight(context, PLENTY, PLENTY)
                .estimate(Map.of(context.stage(), context.upstream().input())).stages().stream()
                        .filter(stage -> stage.stage() == context.stage())
                        .findFirst()
                        .orElseThrow();
    }

    private static long part(Map<String, Long> parts, String name) {
        return Objects.requireNonNullElse(parts.get(name), 0L);
    }

    private static Map<String, String> streamed(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("teachers/0", "{\"residency\": \"Streamed\"}");
        return settings;
    }

    @Test
    void what_an_attempt_has_written_is_not_to_be_written_again() throws Exception {
        StageContext fresh = context(Stage.Feature, Map.of());
        Map<String, Long> before = estimate(fresh).disk();
        long needed = StageEstimate.sum(before);
        assertThat(part(before, "checkpoints")).isPositive();
        assertThat(part(before, "signals")).isPositive();
        assertThatThrownBy(() -> new FeatureStage().make(run.stopping(Stage.Feature, "run", Map.of(), 8)))
                .isInstanceOf(Stopped.class);

        StageContext resumed = context(Stage.Feature, Map.of());
        Map<String, Long> after = estimate(resumed).disk();
        assertThat(part(after, "checkpoints")).isLessThan(part(before, "checkpoints"));
        assertThat(part(after, "signals")).isZero();
        long left = needed - part(before, "signals") / 2;
        new Preflight(resumed, PLENTY, left).check();
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() ->
                        new Preflight(context(Stage.Feature, Map.of("training", "{\"seed\": 7}")), PLENTY, 1).check())
                .withMessageContaining("does not fit onto the disk")
                .withMessageContaining("Lower spec.checkpoint.keep, or give it a larger volume");
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> new Preflight(context(Stage.Response, Map.of()), PLENTY, 1).check())
                .withMessageContaining("Lower spec.checkpoint.keep or spec.workspace.cacheSize");
    }

    @Test
    void only_what_is_written_is_to_be_lowered() throws IOException {
        StageContext context = context(Stage.Feature, Map.of()).at(new InputDigest(Stage.Data, new TreeMap<>()));
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> new Preflight(context, PLENTY, 1, folder).check())
                .withMessageContaining("which are free below " + folder + ". Lower spec.checkpoint.keep, or")
                .withMessageNotContaining("cacheSize");
    }

    @Test
    void rows_on_the_heap_are_counted() throws IOException {
        long few = part(estimate(context(Stage.Feature, Map.of())).memory(), "rows");
        run.withRows(80);
        long more = part(estimate(context(Stage.Feature, Map.of())).memory(), "rows");
        assertThat(few).isGreaterThan(40 * 56);
        assertThat((double) more / few).isBetween(1.8, 2.2);
    }

    @Test
    void a_streamed_teachers_block_leaves_room_for_a_student_that_was_converted() throws IOException {
        LARGE.save(folder.resolve("start"), 2);
        Map<String, String> narrow = Map.of("training", "{\"precision\": \"BF16\"}");
        assertThat(memoryBesideStudent(narrow)).isBetween(1L, memoryBesideStudent(Map.of()) - (5L << 20));
    }

    private long memoryBesideStudent(Map<String, String> settings) throws IOException {
        Models models = new Models(context(Stage.Feature, streamed(settings)));
        try (Models.Open student = models.student();
                Models.Open teacher = models.teacherToRead()) {
            return teacher.memoryBeside(student);
        }
    }

    @Test
    void a_streamed_teacher_counts_as_a_whole_where_it_is_loaded_so() throws IOException {
        LARGE.save(folder.resolve("teacher"), 1);
        long weights = part(estimate(context(Stage.Evaluation, Map.of())).memory(), "teacher");
        assertThat(weights).isGreaterThan(10L << 20);
        assertThat(part(estimate(context(Stage.Evaluation, streamed(Map.of()))).memory(), "teacher"))
                .isEqualTo(weights);
        assertThat(teacherToRead(streamed(Map.of()))).isLessThan(weights / 4);
    }

    @Test
    void of_a_streamed_teacher_whose_file_is_of_another_type_one_weight_is_converted_at_a_time() throws IOException {
        LARGE.save(folder.resolve("teacher"), 1);
        Map<String, String> narrow = Map.of("training", "{\"precision\": \"BF16\"}");
        long whole = teacherToRead(narrow);
        assertThat(whole).isGreaterThan(15L << 20);
        assertThat(teacherToRead(streamed(narrow))).isLessThan(whole / 8);
    }

    /** Bytes of the teacher's weights while its hidden states are read. */
    private long teacherToRead(Map<String, String> settings) throws IOException {
        return Shapes.of(context(Stage.Feature, settings))
                .teacher()
                .orElseThrow()
                .weights();
    }

    @Test
    void a_teacher_that_is_run_at_each_step_for_want_of_room_is_counted_and_told_of() throws IOException {
        run.withRows(400);
        Map<String, String> response = Map.of("response", "{\"topK\": 40}");
        Map<String, String> small = new HashMap<>(response);
        small.put("workspace", "{\"cacheSize\": \"1M\"}");
        for (Stage stage : List.of(Stage.Feature, Stage.Response)) {
            StageEstimate estimate = estimate(context(stage, small));
            assertThat(estimate.memory())
                    .as(stage.name())
                    .containsKeys("teacher", "teacher's activations", "trained weights");
            assertThat(estimate.warnings())
                    .first()
                    .asString()
                    .contains("computed anew each time", "spec.workspace.cacheSize");
            StageEstimate kept = estimate(context(stage, response));
            assertThat(kept.warnings()).isEmpty();
            assertThat(kept.memory()).doesNotContainKey("teacher");
        }
    }

    @Test
    void a_cache_that_is_too_small_for_a_streamed_teacher_is_found_out_before_any_work() throws IOException {
        run.withRows(400);
        Map<String, String> small = streamed(Map.of("workspace", "{\"cacheSize\": \"1M\"}"));
        StageContext context = context(Stage.Feature, small);
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> new Preflight(context, PLENTY, PLENTY).check())
                .withMessageContaining("spec.workspace.cacheSize: found 1M")
                .withMessageContaining("Set spec.workspace.cacheSize to ")
                .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT));
        new Preflight(context(Stage.Feature, streamed(Map.of())), PLENTY, PLENTY).check();
    }

    @Test
    void a_teacher_that_answers_hard_prompts_counts_as_it_would_alone() throws IOException {
        LARGE.save(folder.resolve("large"), 1);
        String large = "{\"name\": \"%s\", \"model\": \"file://%s/large\"}";
        long alone = part(
                estimate(data(Map.of("teachers/0", large.formatted("t", folder))))
                        .memory(),
                "teacher");
        assertThat(alone).isGreaterThan(10L << 20);
        Map<String, String> routed =
                Map.of("teachers/1", large.formatted("big", folder), "routing", "{\"easy\": \"t\", \"hard\": \"big\"}");
        assertThat(estimate(data(routed)).memory()).containsEntry("teacher big", alone);

        Map<String, String> never = new HashMap<>(routed);
        never.put("routing", "{\"easy\": \"t\", \"hard\": \"big\", \"hardPercent\": 0}");
        assertThat(estimate(data(never)).memory()).containsKey("teacher");
        Map<String, String> rates = new HashMap<>(routed);
        rates.put("routing", "{\"easy\": \"big\", \"hard\": \"t\", \"hardPercent\": 100}");
        assertThat(estimate(data(rates)).memory()).containsKey("teacher");
        rates.put("routing", "{\"easy\": \"big\", \"hard\": \"t\", \"hardPercent\": 100, \"policy\": \"Perplexity\"}");
        assertThat(estimate(data(rates)).memory())
                .containsEntry("teacher big", alone)
                .doesNotContainKey("cache of keys and values");
    }

    @Test
    void a_served_main_teacher_hides_none_that_is_a_model() throws IOException {
        StageContext context = data(Map.of(
                "teachers/0",
                "{\"model\": null, \"endpoint\": {\"url\": \"http://localhost:1/v1\", \"model\": \"m\"}}",
                "teachers/1",
                "{\"name\": \"big\", \"model\": \"file://%s/teacher\"}".formatted(folder),
                "routing",
                "{\"easy\": \"t\", \"hard\": \"big\"}"));
        assertThat(estimate(context).memory()).containsKey("teacher big").doesNotContainKey("teacher");
    }

    /** The data stage of a run whose other stage asks nothing of the teacher. */
    private StageContext data(Map<String, String> settings) throws IOException {
        StageContext context = context(Stage.Response, settings);
        return context.at(new InputDigest(Stage.Data, new TreeMap<>()));
    }

    @Test
    void files_that_are_not_opened_take_no_memory() throws IOException {
        Map<String, String> narrow = Map.of("training", "{\"precision\": \"BF16\"}");
        long before = teacherToRead(narrow);
        Path teacher = folder.resolve("teacher");
        Files.write(teacher.resolve("consolidated.safetensors"), new byte[4 << 20]);
        assertThat(teacherToRead(narrow)).isEqualTo(before);

        ObjectNode index = Json.mapper().createObjectNode();
        try (SafeTensors weights = SafeTensors.open(teacher.resolve("model.safetensors"))) {
            weights.names().forEach(name -> index.withObject("weight_map").put(name, "weights.safetensors"));
        }
        Files.writeString(teacher.resolve("model.safetensors.index.json"), index.toString());
        Files.move(teacher.resolve("model.safetensors"), teacher.resolve("weights.safetensors"));
        assertThat(teacherToRead(narrow)).isEqualTo(before);
    }

    @Test
    void a_streamed_teacher_does_not_score_what_the_student_writes() throws IOException {
        Map<String, String> own = Map.of("response", "{\"onPolicyPercent\": 25}");
        Suitability.of(context(Stage.Response, own)).check();
        StageContext context = context(Stage.Response, streamed(own));
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> Suitability.of(context).check())
                .withMessageContaining("spec.response.onPolicyPercent: found 25")
                .withMessageContaining("residency Streamed")
                .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT));
    }
}
