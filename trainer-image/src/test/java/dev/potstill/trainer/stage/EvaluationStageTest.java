package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Score;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationStageTest {
    @TempDir
    Path folder;

    private RunToScore run;

    @BeforeEach
    void make() throws IOException {
        run = new RunToScore(folder);
    }

    private static final String ALL = "suites: [WordProblems, Perplexity, Divergence], maxSamples: 9";

    @Test
    void start_stages_and_teacher_are_scored_in_this_order_and_what_they_said_is_kept() throws IOException {
        StageContext context = run.context("workspace", ALL);
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
                new EvaluationStage().make(run.context("workspace", "suites: [Divergence], compareWith: []"));
        assertThat(made.scores())
                .extracting(score -> score.suite() + " " + score.model())
                .containsExactly("Divergence Feature", "Divergence Response");
    }

    @Test
    void a_stopped_evaluation_goes_on_after_the_last_score_and_ends_with_the_same_scores() throws IOException {
        List<Score> whole =
                new EvaluationStage().make(run.context("whole", ALL)).scores();

        Path scored = run.context("stopped", ALL).partial().resolve("results/Divergence-Feature.json");
        LongSupplier stopsOnceFeatureIsScored = () -> {
            if (Files.exists(scored)) {
                run.stop.raise();
            }
            return 0;
        };
        StageContext first = run.context("stopped", ALL, stopsOnceFeatureIsScored);
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
    void shared_among_trainers_it_comes_to_what_one_alone_would_make() throws IOException {
        var work = new EvaluationStage();
        StageWork.Made alone = work.make(run.context("whole", ALL));
        for (int index = 2; index >= 0; index--) {
            StageContext share = share(index);
            work.share(share);
            assertThat(work.isDone(share)).isEqualTo(index == 0);
        }
        assertThat(work.gather(share(1))).isEqualTo(alone);
        assertThat(Files.readString(share(1).out().resolve("samples-WordProblems-Teacher.jsonl")))
                .isEqualTo(Files.readString(
                        run.context("whole", ALL).out().resolve("samples-WordProblems-Teacher.jsonl")));
    }

    private StageContext share(int index) throws IOException {
        StageContext asked = run.context("shared", ALL);
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
        StageContext asked = run.context("stopped", ALL);
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
        run.holdOut(0);
        StageContext context = run.context("workspace", ALL);
        assertThatThrownBy(() -> new EvaluationStage().make(context))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED))
                .hasMessageContaining("spec.data.heldOut");
        assertThat(new EvaluationStage()
                        .make(run.context("workspace", "suites: [WordProblems], maxSamples: 3"))
                        .scores())
                .hasSize(4);
    }

    @Test
    void a_student_of_another_vocabulary_cannot_be_compared_with_the_teacher() throws IOException {
        String other = WordProblemTokenizer.tokenizerJson().replace("\"Tom\"", "\"Bob\"");
        TinyLlama.SMALL.save(folder.resolve("start"), 2, other);
        StageContext context = run.context("workspace", ALL);
        assertThatThrownBy(() -> new EvaluationStage().make(context))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT))
                .hasMessageContaining("Start")
                .hasMessageContaining(folder.resolve("teacher").toString());
    }
}
