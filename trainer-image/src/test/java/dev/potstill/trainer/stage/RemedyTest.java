package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.TinyLlama;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told to change where a stage does not fit into memory. */
class RemedyTest {
    private static final long PLENTY = 64L << 30;
    private static final TinyLlama LARGE = new TinyLlama(24, 128, 4, 2, 256, 0.05);

    @TempDir
    Path folder;

    private TrainingRun run;

    @BeforeEach
    void makeModelsAndRows() throws IOException {
        run = TrainingRun.in(folder).withRows(40);
    }

    private static long memory(StageContext context) {
        return Forecast.of(context.stage(), Shapes.of(context), false).memory();
    }

    private static String refusal(StageContext context, long memory) {
        try {
            new Preflight(context, memory, PLENTY).check();
            return "";
        } catch (Problem problem) {
            return problem.getMessage();
        }
    }

    @Test
    void what_a_later_stage_cannot_hold_is_refused_by_the_first() throws IOException {
        new TinyLlama(24, 128, 4, 2, 256, 0.05).save(folder.resolve("teacher"), 1);
        Map<String, String> settings = Map.of("teachers/0", "{\"residency\": \"Streamed\"}");
        StageContext last = run.context(Stage.Evaluation, "run", settings);
        StageContext first = last.at(new InputDigest(Stage.Data, new TreeMap<>()));
        long all = Forecast.of(Stage.Evaluation, Shapes.withoutRows(last), true).memory();
        assertThat(refusal(first, all)).isEmpty();
        assertThat(refusal(first, all - 1))
                .contains("Evaluation does not fit into memory")
                .contains("Set spec.evaluation.suites to [Perplexity] and spec.evaluation.compareWith to [Start]");
        assertThat(refusal(first, 400L << 20))
                .contains("Data does not fit into memory", "residency Streamed", "give it at least ")
                .doesNotContain("batchSize");
    }

    @Test
    void of_several_teachers_the_one_that_is_too_large_is_named() throws IOException {
        new TinyLlama(24, 128, 4, 2, 256, 0.05).save(folder.resolve("large"), 1);
        Map<String, String> settings = Map.of(
                "teachers/1",
                "{\"name\": \"big\", \"model\": \"file://%s/large\"}".formatted(folder),
                "routing",
                "{\"easy\": \"t\", \"hard\": \"big\"}");
        StageContext context =
                run.context(Stage.Response, "run", settings).at(new InputDigest(Stage.Data, new TreeMap<>()));
        long needed = Forecast.of(Stage.Data, Shapes.withoutRows(context), true).memory();
        assertThat(refusal(context, needed)).isEmpty();
        assertThat(refusal(context, needed - (4 << 20)))
                .contains(
                        "Data does not fit into memory",
                        "teacher big ",
                        "Set spec.teachers[1].endpoint in the place of its model");
        assertThat(refusal(context, 300L << 20))
                .contains("take a smaller spec.teachers[1].model, or give it at least ");
    }

    @Test
    void a_smaller_batch_makes_steps_of_as_many_rows() throws IOException {
        new TinyLlama(12, 64, 4, 2, 256, 0.1).save(folder.resolve("start"), 2);
        StageContext context = run.context(
                Stage.Feature, "run", Map.of("training", "{\"batchSize\": 30, \"gradientAccumulation\": 3}"));
        assertThat(refusal(context, memory(context) - 1))
                .contains(
                        "spec.training.batchSize to 15 (found 30)",
                        "spec.training.gradientAccumulation to 6 (found 3) for the same steps");
    }

    @Test
    void what_saves_next_to_nothing_is_not_named() throws IOException {
        LARGE.save(folder.resolve("teacher"), 1);
        StageContext context =
                run.context(Stage.Response, "run", Map.of()).at(new InputDigest(Stage.Data, new TreeMap<>()));
        assertThat(refusal(context, 300L << 20))
                .contains("No setting of spec.training brings it under that", "give it at least ")
                .doesNotContain("activationCheckpointing");
    }

    @Test
    void a_streamed_teacher_and_another_setting_are_named_where_only_both_are_enough() throws IOException {
        new TinyLlama(40, 160, 4, 2, 400, 0.05).save(folder.resolve("teacher"), 1);
        new TinyLlama(24, 64, 4, 2, 256, 0.1).save(folder.resolve("start"), 2);
        Map<String, String> one = Map.of("training", "{\"batchSize\": 1, \"gradientAccumulation\": 1}");
        StageContext context = run.context(Stage.Feature, "run", one);
        StageContext streamed = run.context(
                Stage.Feature,
                "run",
                Map.of("training", one.get("training"), "teachers/0", "{\"residency\": \"Streamed\"}"));
        StageContext narrow =
                run.context(Stage.Feature, "run", Map.of("training", "{\"batchSize\": 1, \"precision\": \"BF16\"}"));
        StageContext both = run.context(
                Stage.Feature,
                "run",
                Map.of(
                        "training",
                        "{\"batchSize\": 1, \"precision\": \"BF16\"}",
                        "teachers/0",
                        "{\"residency\": \"Streamed\"}"));
        long least = memory(both);
        assertThat(least).isLessThan(Math.min(memory(streamed), memory(narrow)));
        assertThat(refusal(context, least))
                .contains("spec.training.precision to BF16", "spec.teachers[0].residency to Streamed");
    }

    @Test
    void a_teacher_that_only_grades_is_to_be_streamed() throws IOException {
        LARGE.save(folder.resolve("teacher"), 1);
        String noAnswers = "{\"augmentation\": {\"samplesPerPrompt\": 0}}";
        StageContext grading = run.context(Stage.Response, "run", Map.of("data", noAnswers))
                .at(new InputDigest(Stage.Data, new TreeMap<>()));
        long needed = Forecast.of(Stage.Data, Shapes.withoutRows(grading), true).memory();
        assertThat(refusal(grading, needed - 1)).contains("spec.teachers[0].residency to Streamed");
        StageContext answering =
                run.context(Stage.Response, "run", Map.of()).at(new InputDigest(Stage.Data, new TreeMap<>()));
        assertThat(refusal(answering, needed - (4 << 20)))
                .contains("Data does not fit")
                .doesNotContain("residency");
    }

    @Test
    void only_what_brings_it_under_is_named() throws IOException {
        new TinyLlama(12, 64, 4, 2, 256, 0.1).save(folder.resolve("start"), 2);
        Map<String, String> kept = Map.of("training", "{\"batchSize\": 32}");
        Map<String, String> again = Map.of("training", "{\"batchSize\": 32, \"activationCheckpointing\": \"Full\"}");
        StageContext context = run.context(Stage.Feature, "run", kept);
        long needed = memory(context);
        long less = memory(run.context(Stage.Feature, "run", again));
        assertThat(less).isLessThan(needed);

        assertThat(refusal(context, needed - 1))
                .contains(
                        "spec.training.batchSize to 16 (found 32)",
                        "; or set spec.training.activationCheckpointing to Full");
        assertThat(refusal(run.context(Stage.Feature, "run", again), less - 1))
                .doesNotContain("activationCheckpointing");
        assertThat(refusal(context, 300L << 20))
                .contains("No setting of spec.training brings it under that", "give it at least ")
                .doesNotContain("Set spec");
    }
}
