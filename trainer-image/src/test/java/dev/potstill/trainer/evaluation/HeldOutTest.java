package dev.potstill.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.evaluation.HeldOut.RowLoss;
import dev.potstill.trainer.evaluation.TokenLosses.Predictions;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Unbounded;
import dev.potstill.trainer.text.Message;
import dev.potstill.trainer.train.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutTest {
    private static final Set<Suite> BOTH = EnumSet.of(Suite.Perplexity, Suite.Divergence);

    @TempDir
    Path folder;

    private final ProgressBoard progress = new ProgressBoard(Stage.Evaluation, () -> 0);
    private final StopSignal stop = new StopSignal();
    private Loaded teacher;
    private Loaded student;
    private TrainingSet set;

    @BeforeEach
    void open() throws IOException {
        teacher = Loaded.open("Teacher", TinyLlama.SMALL.save(folder.resolve("teacher"), 1));
        student = Loaded.open("Response", TinyLlama.SMALL.save(folder.resolve("student"), 2));
        set = TrainingSet.read(rows(folder, 23), teacher.subject().tokenizer(), Integer.MAX_VALUE);
    }

    @AfterEach
    void close() {
        teacher.close();
        student.close();
    }

    /** Word problems with their reasoning, as the data stage holds them out. */
    static Path rows(Path folder, int count) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            WordProblems.Problem problem = new WordProblems(3).train(i);
            List<Message> chat =
                    List.of(new Message("user", problem.prompt()), new Message("assistant", problem.reasoning()));
            lines.add(Json.compact(new Row("row-" + i, chat, null, null, null, Row.Origin.Source)));
        }
        return Files.write(folder.resolve("heldout.jsonl"), lines);
    }

    private TeacherStates states() {
        SignalStore store = new SignalStore(
                Unbounded.cache(folder),
                set,
                Unbounded.kind(List.of(TeacherStates.column(
                        teacher.subject().model().config(),
                        teacher.subject().model().type()))));
        return TeacherStates.read(teacher.subject(), 1L << 30, set, Optional.of(store), progress, stop);
    }

    private Map<Suite, List<RowLoss>> measure(Loaded subject, Set<Suite> suites, TeacherStates states) {
        try (HeldOut heldOut = new HeldOut(progress, stop)) {
            return heldOut.measure(subject.subject(), set, suites, Optional.of(states));
        }
    }

    /** log q of every next token of a row [T][V], in double precision and one row at a time. */
    private static double[][] logLikelihoods(LanguageModel model, int[] ids) {
        try (Scope scope = Scope.open()) {
            Packed row = model.pack(scope, List.of(ids));
            Tensor logits = model.logits(scope, model.norm(scope, model.forward(scope, row)));
            float[] flat = logits.floats();
            int vocabulary = model.config().vocabulary();
            double[][] table = new double[ids.length][vocabulary];
            for (int t = 0; t < ids.length; t++) {
                double sum = 0;
                for (int v = 0; v < vocabulary; v++) {
                    sum += Math.exp(flat[t * vocabulary + v]);
                }
                for (int v = 0; v < vocabulary; v++) {
                    table[t][v] = flat[t * vocabulary + v] - Math.log(sum);
                }
            }
            return table;
        }
    }

    @Test
    void perplexity_and_divergence_are_those_of_a_plain_computation_in_double_precision() {
        double likelihood = 0;
        double divergence = 0;
        int tokens = 0;
        for (int i = 0; i < set.size(); i++) {
            double[][] q = logLikelihoods(student.subject().model(), set.ids(i));
            double[][] p = logLikelihoods(teacher.subject().model(), set.ids(i));
            boolean[] answer = set.samples().get(i).answer();
            for (int t = 1; t < answer.length; t++) {
                if (answer[t]) {
                    tokens++;
                    likelihood -= q[t - 1][set.ids(i)[t]];
                    for (int v = 0; v < q[t - 1].length; v++) {
                        divergence += Math.exp(p[t - 1][v]) * (p[t - 1][v] - q[t - 1][v]);
                    }
                }
            }
        }
        try (TeacherStates states = states()) {
            Map<Suite, List<RowLoss>> measured = measure(student, BOTH, states);
            assertThat(HeldOut.mean(measured.get(Suite.Perplexity))).isCloseTo(likelihood / tokens, within(1e-5));
            assertThat(HeldOut.mean(measured.get(Suite.Divergence))).isCloseTo(divergence / tokens, within(1e-5));
            assertThat(divergence / tokens).isGreaterThan(0.05);
            assertThat(measured.get(Suite.Perplexity).stream()
                            .mapToInt(RowLoss::tokens)
                            .sum())
                    .isEqualTo(tokens);
        }
    }

    @Test
    void a_model_does_not_diverge_from_itself_and_stored_predictions_are_the_models_own() {
        try (TeacherStates states = states();
                Loaded again = Loaded.open("Start", folder.resolve("teacher"))) {
            Map<Suite, List<RowLoss>> fresh = measure(again, BOTH, states);
            assertThat(HeldOut.mean(fresh.get(Suite.Divergence))).isCloseTo(0, within(1e-6));
            List<RowLoss> stored =
                    measure(teacher, EnumSet.of(Suite.Perplexity), states).get(Suite.Perplexity);
            assertThat(HeldOut.mean(stored)).isCloseTo(HeldOut.mean(fresh.get(Suite.Perplexity)), within(1e-6));
        }
    }

    @Test
    void chunks_do_not_change_what_is_computed() {
        try (Scope scope = Scope.open();
                TeacherStates states = states();
                TokenLosses whole = new TokenLosses();
                TokenLosses oneByOne = new TokenLosses(1)) {
            int[] samples = {0, 1, 2};
            Predictions teachers = states.predictions(scope, samples);
            Predictions students = new Predictions(
                    TeacherStates.last(scope, student.subject().model(), set, samples),
                    student.subject().model());
            long[] targets = new long[Math.toIntExact(students.states().size(0))];
            Arrays.setAll(targets, i -> i % 40);
            assertThat(oneByOne.divergence(teachers, students))
                    .containsExactly(whole.divergence(teachers, students), within(1e-5));
            assertThat(oneByOne.likelihood(students, targets))
                    .containsExactly(whole.likelihood(students, targets), within(1e-5));
        }
    }

    @Test
    void other_tokens_do_not_fit_and_the_message_names_both_models() throws IOException {
        String other = WordProblemTokenizer.tokenizerJson().replace("\"Tom\"", "\"Bob\"");
        Path renamed = TinyLlama.SMALL.save(folder.resolve("renamed"), 3, other);
        try (TeacherStates states = states();
                Loaded stranger = Loaded.open("Start", renamed)) {
            states.requireSameVocabulary(student.subject());
            assertThatThrownBy(() -> states.requireSameVocabulary(stranger.subject()))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT))
                    .hasMessageContaining(renamed.toString())
                    .hasMessageContaining(folder.resolve("teacher").toString())
                    .hasMessageContaining("\"Bob\"");
        }
    }
}
