package dev.potstill.trainer.response;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.signals.Unbounded;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.train.TrainingSet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlignedSignalsTest {
    private static final float NOTHING = Float.NEGATIVE_INFINITY;

    @TempDir
    Path folder;

    private int rows;

    /** A row as text of the same length: {@code a} an answer's token, {@code .} another. */
    private Encoded row(String marks) {
        boolean[] answer = new boolean[marks.length()];
        for (int t = 0; t < answer.length; t++) {
            answer[t] = marks.charAt(t) == 'a';
        }
        int[] ids = new int[answer.length];
        Arrays.fill(ids, ++rows); // no two rows are equal
        return new Encoded(ids, answer);
    }

    /** What a teacher says of its n-th token to be predicted is −n. */
    private Signals counting(TrainingSet teacher) {
        int[] count = {0};
        SignalStore store = new SignalStore(Unbounded.cache(folder), teacher, Unbounded.kind(Teacher.topColumns(1, 40)))
                .fill(
                        "",
                        (scope, rest, samples) -> {
                            int tokens = teacher.labels(samples).length;
                            float[] values = new float[tokens];
                            for (int i = 0; i < tokens; i++) {
                                values[i] = -count[0]++;
                            }
                            Tensor rows = Tensor.of(scope, values, tokens, 1);
                            return Teacher.rows(new Said(rows, ids(scope, tokens), rows));
                        },
                        new ProgressBoard(Stage.Response, () -> 0),
                        new StopSignal());
        return new Signals.Stored(store);
    }

    private static Tensor ids(Scope scope, int tokens) {
        return Tensor.of(scope, new long[tokens], tokens, 1);
    }

    private float[] said(List<String> teacher, List<String> student, int... samples) {
        TrainingSet theirs = new TrainingSet(teacher.stream().map(this::row).toList());
        TrainingSet ours = new TrainingSet(student.stream().map(this::row).toList());
        try (AlignedSignals signals = new AlignedSignals(counting(theirs), theirs, ours);
                Scope scope = Scope.open()) {
            Said said = signals.said(scope, samples);
            assertThat(said.logTail().floats()).isEqualTo(said.logP().floats());
            return said.logP().floats();
        }
    }

    @Test
    void tokensAreAlignedByTheirPlaceInTheAnswerUpToTheShorterOne() {
        assertThat(said(List.of("..aaa", "...aa"), List.of(".aa", "..aaaa"), 0, 1))
                .containsExactly(0, -1, -3, -4, NOTHING, NOTHING);
    }

    @Test
    void samplesAreReadInTheOrderAskedFor() {
        assertThat(said(List.of("..aaa", "...aa"), List.of(".aa", "..aa"), 1, 0))
                .containsExactly(-3, -4, 0, -1);
    }

    @Test
    void answersArePairedFromTheLastOneBack() {
        assertThat(said(List.of(".aa.aaa"), List.of(".aa"), 0)).containsExactly(-2, -3);
        assertThat(said(List.of(".aaa.a"), List.of("..a..aa"), 0)).containsExactly(0, -3, NOTHING);
    }
}
