package dev.potstill.trainer.loss;

import static dev.potstill.trainer.loss.GoldenFormulas.doubles;
import static dev.potstill.trainer.loss.GoldenFormulas.golden;
import static dev.potstill.trainer.loss.GoldenFormulas.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Divergences of next-token distributions against fp64 values, computed apart from this project. */
class LogitFormulasTest {
    /** Ours are in fp32. */
    private static final double CLOSE = 1e-6;

    private static double expected(String name) throws IOException {
        return golden("logit_losses").get("out").get(name).asDouble();
    }

    private static List<Integer> labelled() throws IOException {
        JsonNode labels = golden("logit_losses").get("labels");
        return IntStream.range(0, labels.size())
                .filter(i -> labels.get(i).asInt() >= 0)
                .boxed()
                .toList();
    }

    /** The mean over labelled tokens; a teacher of k listed tokens, or of all of them. */
    private static double distance(TeacherLoss loss, int k, double done) throws IOException {
        JsonNode golden = golden("logit_losses");
        List<Integer> kept = labelled();
        try (loss;
                Scope scope = Scope.open()) {
            Tensor teacher = rows(scope, golden.get("teacher"), kept);
            Tensor student = rows(scope, golden.get("student"), kept);
            Said said = said(scope, teacher, Math.min(k, (int) teacher.size(1)), loss.signalTemperature());
            return loss.of(scope, student, said, done, 1.0 / kept.size()).item();
        }
    }

    private static Said said(Scope scope, Tensor logits, int k, double temperature) {
        try (Script top = Script.of("""
                def top(self, logits: Tensor, k: int, tau: float) -> List[Tensor]:
                    p, ids = torch.topk(torch.log_softmax(logits / tau, -1), logits.size(1), -1)
                    return [p[:, :k], ids[:, :k], torch.logsumexp(p[:, k:], -1, True)]
                """)) {
            List<Tensor> parts = top.callList(scope, "top", logits, k, temperature);
            return new Said(parts.get(0), parts.get(1), parts.get(2));
        }
    }

    private static double divergence(Divergence divergence, double temperature) throws IOException {
        return distance(new NextTokenDivergence(divergence, Tail.Bucket, temperature), Integer.MAX_VALUE, 0);
    }

    /** Mean entropy of the teacher's distributions, or of those that lie at t between the student's and its. */
    private static double entropy(double t) throws IOException {
        JsonNode golden = golden("logit_losses");
        double sum = 0;
        for (int row : labelled()) {
            double[] student = doubles(golden.get("student").get(row));
            double[] teacher = doubles(golden.get("teacher").get(row));
            double[] between = new double[teacher.length];
            for (int i = 0; i < between.length; i++) {
                between[i] = (1 - t) * student[i] + t * teacher[i];
            }
            double total = Math.log(Arrays.stream(between).map(Math::exp).sum());
            sum += Arrays.stream(between)
                    .map(z -> -Math.exp(z - total) * (z - total))
                    .sum();
        }
        return sum / labelled().size();
    }

    @ParameterizedTest
    @CsvSource({"1.0, hinton_fkl_T1.0_times_T2", "2.0, hinton_fkl_T2.0_times_T2", "4.0, hinton_fkl_T4.0_times_T2"})
    void forwardDivergenceTimesTheTemperatureSquared(double temperature, String name) throws IOException {
        assertThat(divergence(new Divergence.ForwardKl(), temperature)).isCloseTo(expected(name), relative(name));
    }

    private static Offset<Double> relative(String name) throws IOException {
        return within(CLOSE * Math.max(1, expected(name)));
    }

    @Test
    void bothDirections() throws IOException {
        assertThat(divergence(new Divergence.ForwardKl(), 1)).isCloseTo(expected("fkl"), relative("fkl"));
        assertThat(divergence(new Divergence.ReverseKl(), 1)).isCloseTo(expected("rkl"), relative("rkl"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, gkd_jsd_beta0_T0.9",
        "0.1, gkd_jsd_beta0.1_T0.9",
        "0.5, gkd_jsd_beta0.5_T0.9",
        "0.9, gkd_jsd_beta0.9_T0.9",
        "1, gkd_jsd_beta1_T0.9"
    })
    void generalisedJensenShannon(double beta, String name) throws IOException {
        // The reference has no factor of the temperature squared.
        assertThat(divergence(new Divergence.JensenShannon(beta), 0.9) / 0.81)
                .isCloseTo(expected(name), relative(name));
    }

    @Test
    void skewedDivergences() throws IOException {
        double forward = divergence(new Divergence.SkewedKl(0.1), 1);
        assertThat(forward).isCloseTo(expected("skew_fkl_kl_a0.1"), within(CLOSE));
        // The cross-entropy is larger by the teacher's entropy, which no weight of the student changes.
        assertThat(forward + entropy(1)).isCloseTo(expected("skew_fkl_distillm_ce_form_a0.1"), within(2 * CLOSE));
        assertThat(divergence(new Divergence.SkewedReverseKl(0.1), 1))
                .isCloseTo(expected("skew_rkl_a0.1"), within(CLOSE));
    }

    @Test
    void totalVariation() throws IOException {
        assertThat(divergence(new Divergence.TotalVariation(), 1)).isCloseTo(expected("tvd"), within(CLOSE));
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0, 0.4, taid_ce_form_t0.4", "0.4, 0.5, 0.7, taid_ce_form_t0.7"})
    void interpolatedBetweenStudentAndTeacher(double start, double done, double t, String name) throws IOException {
        TeacherLoss loss = new NextTokenDivergence(new Divergence.Interpolated(start), Tail.Bucket, 1);
        // The reference is the cross-entropy.
        assertThat(distance(loss, Integer.MAX_VALUE, done) + entropy(t)).isCloseTo(expected(name), relative(name));
    }

    @ParameterizedTest
    @CsvSource({
        "Dropped, 1.0, sparse_top4_kl_zero_T1.0_times_T2",
        "Dropped, 2.0, sparse_top4_kl_zero_T2.0_times_T2",
        "OneToken, 1.0, sparse_top4_kl_symmetric_uniform_T1.0_times_T2",
        "OneToken, 2.0, sparse_top4_kl_symmetric_uniform_T2.0_times_T2",
        "Bucket, 1.0, sparse_top4_kl_symmetric_uniform_T1.0_times_T2"
    })
    void fourListedTokensAndTheirTail(Tail tail, double temperature, String name) throws IOException {
        TeacherLoss loss = new NextTokenDivergence(new Divergence.ForwardKl(), tail, temperature);
        assertThat(distance(loss, 4, 0)).isCloseTo(expected(name), relative(name));
    }

    @ParameterizedTest
    @EnumSource(
            value = Tail.class,
            names = {"Bucket", "OneToken"})
    void aTailOfNoTokenChangesNothing(Tail tail) throws IOException {
        TeacherLoss loss = new NextTokenDivergence(new Divergence.ForwardKl(), tail, 2);
        assertThat(distance(loss, Integer.MAX_VALUE, 0))
                .isCloseTo(expected("hinton_fkl_T2.0_times_T2"), relative("hinton_fkl_T2.0_times_T2"));
    }

    @Test
    void sortedProbabilitiesOfTwoVocabularies() throws IOException {
        assertThat(distance(new SortedDistance(1), Integer.MAX_VALUE, 0))
                .isCloseTo(expected("uld_l1_sorted"), within(CLOSE));
    }
}
