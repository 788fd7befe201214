package dev.potstill.trainer.response;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Of a teacher that reads the same rows as other tokens (Boizard et al., 2024). An answer's t-th token of the student is held against
 * its t-th token of the teacher, up to the end of the shorter one; of the student's tokens after that the teacher says nothing. A row's
 * answers are paired from the last one back, as one side's chat template may leave out what earlier answers thought.
 *
 * @param read of the teacher's set
 * @param teacher the rows as the teacher reads them
 * @param student the same rows as the student reads them
 */
public record AlignedSignals(Signals read, TrainingSet teacher, TrainingSet student) implements Signals {

    @Override
    public Said said(Scope scope, int[] samples) {
        Said all = read.said(scope, samples);
        long silence = all.logTail().size(0);
        long[] index = index(samples, silence);
        Tensor rows = Tensor.of(scope, index, index.length);
        int k = Math.toIntExact(all.logP().size(1));
        return new Said(
                Ops.rows(scope, Ops.cat(scope, List.of(all.logP(), nothing(scope, k)), 0), rows),
                Ops.rows(
                        scope, Ops.cat(scope, List.of(all.ids(), Tensor.zeros(scope, ElementType.I32, 1, k)), 0), rows),
                Ops.rows(scope, Ops.cat(scope, List.of(all.logTail(), nothing(scope, 1)), 0), rows));
    }

    private static Tensor nothing(Scope scope, int width) {
        float[] values = new float[width];
        Arrays.fill(values, Float.NEGATIVE_INFINITY);
        return Tensor.of(scope, values, 1, width);
    }

    /** For each of the student's tokens to be predicted the teacher's row that speaks of it. */
    private long[] index(int[] samples, long silence) {
        long[] index = new long[Arrays.stream(samples).map(student::targets).sum()];
        Arrays.fill(index, silence);
        int to = 0;
        int from = 0;
        for (int sample : samples) {
            List<Run> ours = runs(student.targetPositions(sample));
            List<Run> theirs = runs(teacher.targetPositions(sample));
            for (int back = 1; back <= Math.min(ours.size(), theirs.size()); back++) {
                Run own = ours.get(ours.size() - back);
                Run other = theirs.get(theirs.size() - back);
                for (int t = 0; t < Math.min(own.length(), other.length()); t++) {
                    index[to + own.start() + t] = from + other.start() + t;
                }
            }
            to += student.targets(sample);
            from += teacher.targets(sample);
        }
        return index;
    }

    /** An answer among a sample's tokens to be predicted. */
    private record Run(int start, int length) {}

    private static List<Run> runs(int[] positions) {
        List<Run> runs = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= positions.length; i++) {
            if (i == positions.length || positions[i] != positions[i - 1] + 1) {
                runs.add(new Run(start, i - start));
                start = i;
            }
        }
        return runs;
    }

    @Override
    public void close() {
        read.close();
    }
}
