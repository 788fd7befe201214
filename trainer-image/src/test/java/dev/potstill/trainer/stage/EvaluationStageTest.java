package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageEstimate;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationStageTest {
    @TempDir
    Path folder;

    private final StopSignal stop = new StopSignal();
    private final List<String> warnings = new ArrayList<>();
    private String cacheSize = "50Gi";

    @BeforeEach
    void make() throws IOException {
        Torch.start(1);
        TinyLlama.SMALL.save(folder.resolve("teacher"), 1);
        TinyLlama.SMALL.save(folder.resolve("start"), 2);
        TinyLlama.SMALL.save(folder.resolve("feature/student"), 3);
        TinyLlama.SMALL.save(folder.resolve("response/student"), 4);
        holdOut(12);
    }

    private void holdOut(int count) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            WordProblems.Problem problem = new WordProblems(3).train(i);
            List<Message> chat =
                    List.of(new Message("user", problem.prompt()), new Message("assistant", problem.reasoning()));
            lines.add(Json.compact(new Row("row-" + i, chat, null, null, null, Row.Origin.Source)));
        }
        Files.createDirectories(folder.resolve("data"));
        Files.write(folder.resolve("data").resolve(DataFiles.HELD_OUT), lines);
    }

    private DistillationRunSpec spec(String evaluation) throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: scored}
                spec:
                  teachers: [{name: big, model: teacher}]
                  student: {model: start}
                  data: {sources: [{uri: builtin://word-problems}]}
                  stages: [Data, Feature, Response, Evaluation]
                  training: {precision: FP32}
                  evaluation: {%s}
                  workspace: {cacheSize: %s}
                """.formatted(evaluation, cacheSize));
        return Manifest.read(file).spec();
    }

    private StageContext context(String workspace, String evaluation, LongSupplier clock) throws IOException {
        Map<Stage, StageOutput> outputs = new EnumMap<>(Stage.class);
        for (Stage stage : List.of(Stage.Data, Stage.Feature, Stage.Response)) {
            Path output = folder.resolve(stage.name().toLowerCase(java.util.Locale.ROOT));
            outputs.put(stage, new StageOutput(output, new InputDigest(stage, new TreeMap<>()), "digest-of-" + stage));
        }
        var components = new TreeMap<>(Map.of("teachers[0].model", "teacher", "trainer", "1"));
        return new StageContext(
                spec(evaluation),
                new Upstream(new InputDigest(Stage.Evaluation, components), outputs),
                new WorkspaceLayout(folder.resolve(workspace)),
                new ProgressBoard(Stage.Evaluation, clock),
                stop,
                warnings::add);
    }

    private static final String ALL = "suites: [WordProblems, Perplexity, Divergence], maxSamples: 9";

    @Test
    void start_stages_and_teacher_are_scored_in_this_order_and_what_they_said_is_kept() throws IOException {
        StageContext context = context("workspace", ALL, () -> 0);
        StageWork.Made made = new EvaluationStage().make(context);

        assertThat(made.scores())
                .extracting(score -> score.suite() + " " + score.model())
                .containsExactly(
                        "WordProblems Start",
                        "WordProblems Feature",
                        "WordProblems Response",
                        "WordProblems Teacher",
                        "Perplexity Start",
                        "Perplexity Feature",
                        "Perplexity Response",
                        "Perplexity Teacher",
                        "Divergence Start",
                        "Divergence Feature",
                        "Divergence Response");
        assertThat(made.measures()).hasSize(11).containsKeys("Perplexity.Start", "Divergence.Response");
        assertThat(made.counts())
                .containsEntry("samples.WordProblems", 9L)
                .containsEntry("samples.Perplexity", 12L)
                .containsKey("tokens");
        assertThat(context.out().resolve("samples-WordProblems-Teacher.jsonl")).satisfies(file -> {
            List<String> lines = Files.readAllLines(file);
            assertThat(lines).hasSize(9).allMatch(line -> line.contains("\"right\":") && line.contains("How many"));
        });
        assertThat(Files.readAllLines(context.out().resolve("samples-Divergence-Start.jsonl")))
                .hasSize(12);
        Score[] written = Json.read(context.out().resolve("scores.json"), Score[].class);
        assertThat(written).containsExactlyElementsOf(made.scores());
    }

    @Test
    void only_what_is_asked_for_is_compared() throws IOException {
        StageWork.Made made =
                new EvaluationStage().make(context("workspace", "suites: [Divergence], compareWith: []", () -> 0));
        assertThat(made.scores())
                .extracting(score -> score.suite() + " " + score.model())
                .containsExactly("Divergence Feature", "Divergence Response");
    }

    @Test
    void a_stopped_evaluation_goes_on_after_the_last_score_and_ends_with_the_same_scores() throws IOException {
        List<Score> whole =
                new EvaluationStage().make(context("whole", ALL, () -> 0)).scores();

        Path scored = context("stopped", ALL, () -> 0).partial().resolve("results/Divergence-Feature.json");
        LongSupplier stopsOnceFeatureIsScored = () -> {
            if (Files.exists(scored)) {
                stop.raise();
            }
            return 0;
        };
        StageContext first = context("stopped", ALL, stopsOnceFeatureIsScored);
        assertThatThrownBy(() -> new EvaluationStage().make(first)).isInstanceOf(Stopped.class);
        assertThat(scored).exists();
        assertThat(scored.resolveSibling("WordProblems-Response.json")).doesNotExist();

        // What is scored already is not even opened again.
        Files.delete(folder.resolve("start/config.json"));
        Files.delete(folder.resolve("feature/student/config.json"));
        StageContext second = continued();
        assertThat(new EvaluationStage().make(second).scores()).isEqualTo(whole);
        assertThat(second.out().resolve("samples-WordProblems-Start.jsonl")).exists();
    }

    @Test
    void where_there_is_no_room_the_teacher_reads_held_out_rows_again_for_each_model() throws IOException {
        new TinyLlama(1, 256, 4, 2, 24, 0.1).save(folder.resolve("teacher"), 1);
        holdOut(60);
        String compared = "suites: [Perplexity, Divergence]";
        StageContext roomy = context("roomy", compared, () -> 0);
        long states = signals(roomy);
        assertThat(states).isGreaterThan(1_000_000);
        List<Score> kept = new EvaluationStage().make(roomy).scores();
        assertThat(warnings).isEmpty();
        assertThat(kept(roomy)).isBetween(states * 9 / 10, states);
        assertThat(signals(roomy)).isZero();

        cacheSize = "1M";
        StageContext narrow = context("narrow", compared, () -> 0);
        StageEstimate estimate = estimate(narrow);
        assertThat(estimate.disk()).containsEntry("signals", 0L);
        assertThat(estimate.memory()).containsKey("teacher's activations");
        List<Score> computed = new EvaluationStage().make(narrow).scores();
        assertThat(warnings)
                .isEqualTo(estimate.warnings())
                .singleElement()
                .asString()
                .contains("spec.workspace.cacheSize: found 1M", "held-out rows", "computed anew");
        assertThat(kept(narrow)).isZero();
        assertThat(computed).hasSameSizeAs(kept);
        for (int i = 0; i < kept.size(); i++) {
            assertThat(computed.get(i).model()).isEqualTo(kept.get(i).model());
            assertThat(Double.parseDouble(computed.get(i).value()))
                    .isCloseTo(Double.parseDouble(kept.get(i).value()), withinPercentage(0.01));
        }
    }

    private static StageEstimate estimate(StageContext context) {
        return Forecast.of(Stage.Evaluation, Shapes.withoutRows(context), true).estimate();
    }

    private static long signals(StageContext context) {
        return Objects.requireNonNullElse(estimate(context).disk().get("signals"), 0L);
    }

    /** Bytes of the signals that are kept. */
    private static long kept(StageContext context) throws IOException {
        try (Stream<Path> files = Files.walk(context.workspace().cache().resolve("signals"))) {
            return files.filter(
                            file -> file.getParent().getFileName().toString().startsWith("held-out-"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void what_is_kept_is_read_again_where_there_is_no_room_for_more() throws IOException {
        new TinyLlama(1, 256, 4, 2, 24, 0.1).save(folder.resolve("teacher"), 1);
        holdOut(60);
        new EvaluationStage().make(context("workspace", "suites: [Divergence]", () -> 0));
        cacheSize = "1M";
        StageContext again = context("workspace", "suites: [Divergence], compareWith: [Start]", () -> 0);
        assertThat(estimate(again).warnings()).isEmpty();
        new EvaluationStage().make(again);
        assertThat(warnings).isEmpty();
    }

    @Test
    void shared_among_trainers_it_comes_to_what_one_alone_would_make() throws IOException {
        var work = new EvaluationStage();
        StageWork.Made alone = work.make(context("whole", ALL, () -> 0));
        for (int index = 2; index >= 0; index--) {
            StageContext share = share(index);
            work.share(share);
            assertThat(work.isDone(share)).isEqualTo(index == 0);
        }
        assertThat(work.gather(share(1))).isEqualTo(alone);
        assertThat(Files.readString(share(1).out().resolve("samples-WordProblems-Teacher.jsonl")))
                .isEqualTo(Files.readString(
                        context("whole", ALL, () -> 0).out().resolve("samples-WordProblems-Teacher.jsonl")));
    }

    private StageContext share(int index) throws IOException {
        StageContext asked = context("shared", ALL, () -> 0);
        return new StageContext(
                asked.spec(),
                asked.upstream(),
                asked.workspace(),
                asked.progress(),
                asked.stop(),
                asked.warnings(),
                new Shard(index, 3));
    }

    private StageContext continued() throws IOException {
        StageContext asked = context("stopped", ALL, () -> 0);
        return new StageContext(
                asked.spec(),
                asked.upstream(),
                asked.workspace(),
                asked.progress(),
                new StopSignal(),
                asked.warnings());
    }

    @Test
    void no_held_out_row_is_the_datas_fault() throws IOException {
        holdOut(0);
        StageContext context = context("workspace", ALL, () -> 0);
        assertThatThrownBy(() -> new EvaluationStage().make(context))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED))
                .hasMessageContaining("spec.data.heldOut");
        assertThat(new EvaluationStage()
                        .make(context("workspace", "suites: [WordProblems], maxSamples: 3", () -> 0))
                        .scores())
                .hasSize(4);
    }

    @Test
    void a_student_of_another_vocabulary_cannot_be_compared_with_the_teacher() throws IOException {
        String other = WordProblemTokenizer.tokenizerJson().replace("\"Tom\"", "\"Bob\"");
        TinyLlama.SMALL.save(folder.resolve("start"), 2, other);
        StageContext context = context("workspace", ALL, () -> 0);
        assertThatThrownBy(() -> new EvaluationStage().make(context))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT))
                .hasMessageContaining("Start")
                .hasMessageContaining(folder.resolve("teacher").toString());
    }
}
