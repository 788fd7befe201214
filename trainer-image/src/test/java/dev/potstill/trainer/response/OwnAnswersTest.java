package dev.potstill.trainer.response;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnAnswersTest {
    private static final int END = 2;
    private static final int LONGEST = 12;
    private static final List<int[]> STEP = List.of(new int[] {0, 1, 2, 3}, new int[] {4, 5, 6, 7});

    private LanguageModel model;
    private TrainingSet data;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        model = LanguageModel.random(ModelConfig.of(new ObjectMapper().readTree("""
                {"model_type": "llama", "vocab_size": 11, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
                 "num_key_value_heads": 1, "intermediate_size": 12, "rms_norm_eps": 1e-6, "tie_word_embeddings": true,
                 "max_position_embeddings": 64}
                """), "test"), ElementType.F32, 0.3, 1);
        List<Encoded> rows = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int prompt = 3 + i;
            int[] ids = IntStream.range(0, prompt + 4).map(t -> 3 + t % 7).toArray();
            boolean[] answer = new boolean[ids.length];
            answer[1] = true; // an earlier answer
            Arrays.fill(answer, prompt, prompt + 3, true); // what the template puts after the last is nobody's
            rows.add(new Encoded(ids, answer));
        }
        data = new TrainingSet(rows);
    }

    @AfterEach
    void closeModel() {
        model.close();
    }

    private OwnAnswers answers(int percent) {
        return new OwnAnswers(
                data,
                new FrozenLayers(model, 1),
                new OwnAnswers.Scorer(new Teacher(model), 5, 1),
                new OwnAnswers.Settings(percent, 6, LONGEST, List.of(END), 7));
    }

    private static int[] chosen(OwnAnswers answers) {
        return IntStream.range(0, 8).filter(answers::has).toArray();
    }

    @Test
    void theLastAnswerAloneIsWrittenAnewWithinTheLimits() {
        try (OwnAnswers answers = answers(100)) {
            answers.begin(3, STEP);
            assertThat(chosen(answers)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
            for (int sample = 0; sample < 8; sample++) {
                int prompt = 3 + sample;
                Encoded row = answers.set().samples().get(answers.places(new int[] {sample})[0]);
                assertThat(Arrays.copyOf(row.ids(), prompt)).isEqualTo(Arrays.copyOf(data.ids(sample), prompt));
                assertThat(row.ids().length).isBetween(prompt + 1, Math.min(prompt + 6, LONGEST));
                assertThat(row.answerTokens()).isEqualTo(row.ids().length - prompt);
                assertThat(row.answer()[prompt]).isTrue();
            }
        }
    }

    @Test
    void theTeacherSpeaksOfEachTokenWritten() {
        try (OwnAnswers answers = answers(100);
                Scope scope = Scope.open()) {
            answers.begin(0, STEP);
            int[] places = answers.places(new int[] {2, 5});
            Said said = answers.said(scope, places);
            assertThat(said.logP().shape()).containsExactly(answers.set().labels(places).length, 5);
        }
    }

    @Test
    void theShareHoldsOverTheSteps() {
        try (OwnAnswers answers = answers(30)) {
            int[] rows = new int[8];
            for (int step = 0; step < 100; step++) {
                answers.begin(step, STEP);
                int[] chosen = chosen(answers);
                assertThat(chosen.length).isBetween(2, 3);
                Arrays.stream(chosen).forEach(sample -> rows[sample]++);
            }
            assertThat(Arrays.stream(rows).sum()).isEqualTo(30 * 8);
            assertThat(Arrays.stream(rows)).as("no row is favoured").allMatch(times -> times > 15 && times < 45);
        }
    }

    @Test
    void aStepsAnswersAreItsOwnAndTheSameAgain() {
        try (OwnAnswers answers = answers(100);
                OwnAnswers again = answers(100)) {
            answers.begin(5, STEP);
            List<Encoded> first = answers.set().samples();
            answers.begin(6, STEP);
            List<Encoded> second = answers.set().samples();
            again.begin(5, STEP);
            assertThat(ids(again.set().samples())).isEqualTo(ids(first)).isNotEqualTo(ids(second));
        }
    }

    private static List<String> ids(List<Encoded> rows) {
        return rows.stream().map(row -> Arrays.toString(row.ids())).toList();
    }

    @Test
    void rowsWithoutRoomForAnAnswerAreTheDatas() {
        try (OwnAnswers answers = new OwnAnswers(
                data,
                new FrozenLayers(model, 1),
                new OwnAnswers.Scorer(new Teacher(model), 5, 1),
                new OwnAnswers.Settings(100, 6, 6, List.of(END), 7))) {
            answers.begin(0, STEP);
            assertThat(chosen(answers)).containsExactly(0, 1, 2);
        }
    }
}
