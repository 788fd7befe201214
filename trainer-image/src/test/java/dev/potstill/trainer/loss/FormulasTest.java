package dev.potstill.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.reinforcement.Advantages;
import dev.potstill.trainer.reinforcement.Experience;
import dev.potstill.trainer.reinforcement.Grpo;
import dev.potstill.trainer.reinforcement.MiniLlm;
import dev.potstill.trainer.reinforcement.Rollout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against fp64 values of the formulas, computed apart from this project. */
class FormulasTest {
    /** Ours are in fp32. */
    private static final double CLOSE = 1e-6;

    private static JsonNode golden(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Shared.folder("golden").resolve("formulas.json").toFile())
                .get(name);
    }

    private static Tensor rows(Scope scope, JsonNode matrix, List<Integer> kept) {
        int width = matrix.get(0).size();
        float[] values = new float[kept.size() * width];
        for (int r = 0; r < kept.size(); r++) {
            for (int c = 0; c < width; c++) {
                values[r * width + c] = (float) matrix.get(kept.get(r)).get(c).asDouble();
            }
        }
        return Tensor.of(scope, values, kept.size(), width);
    }

    private static double[] doubles(JsonNode list) {
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asDouble();
        }
        return values;
    }

    private static Tensor vector(Scope scope, JsonNode list) {
        double[] values = doubles(list);
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.of(scope, floats, floats.length);
    }

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

    @Test
    void projectedHiddenStateError() throws IOException {
        JsonNode golden = golden("feature_mse");
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < golden.get("mask").size(); i++) {
            if (golden.get("mask").get(i).asInt() == 1) {
                kept.add(i);
            }
        }
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < golden.get("W").size(); i++) {
            all.add(i);
        }
        try (Scope scope = Scope.open();
                HiddenStateError error = new HiddenStateError()) {
            double found = error.error(
                            scope,
                            rows(scope, golden.get("h_s"), kept),
                            rows(scope, golden.get("W"), all),
                            rows(scope, golden.get("h_t"), kept),
                            1.0 / kept.size())
                    .item();
            double expected = golden.get("out").asDouble();
            assertThat(found).isCloseTo(expected, within(CLOSE * expected));
        }
    }

    @Test
    void advantagesAndPolicyLosses() throws IOException {
        JsonNode golden = golden("ppo");
        JsonNode hyper = golden.get("hyper");
        JsonNode out = golden.get("out");
        Advantages advantages =
                new Advantages(hyper.get("gamma").asDouble(), hyper.get("lam").asDouble());
        double[] rewards = Advantages.rewards(
                doubles(golden.get("logp_old")),
                doubles(golden.get("logp_ref")),
                golden.get("score").asDouble(),
                hyper.get("kl_coef").asDouble());
        assertThat(rewards).containsExactly(doubles(out.get("rewards")), within(1e-12));
        Advantages.Estimate estimate = advantages.of(rewards, doubles(golden.get("values")));
        assertThat(estimate.advantages()).containsExactly(doubles(out.get("advantages")), within(1e-12));
        assertThat(estimate.returns()).containsExactly(doubles(out.get("returns")), within(1e-12));
        Advantages.whiten(List.of(estimate.advantages()));
        assertThat(estimate.advantages()).containsExactly(doubles(out.get("advantages_whitened")), within(CLOSE));
    }

    @Test
    void clippedPolicyAndValueLosses() throws IOException {
        JsonNode golden = golden("ppo");
        JsonNode out = golden.get("out");
        int tokens = golden.get("values").size();
        try (Scope scope = Scope.open();
                PolicyLoss loss = new PolicyLoss(
                        golden.get("hyper").get("cliprange").asDouble(),
                        golden.get("hyper").get("cliprange_value").asDouble())) {
            // Two tokens with logits (log p, log(1 - p)): the first one's log probability is log p.
            double[] wanted = doubles(golden.get("logp_new"));
            float[] logits = new float[2 * tokens];
            for (int t = 0; t < tokens; t++) {
                logits[2 * t] = (float) wanted[t];
                logits[2 * t + 1] = (float) Math.log(-Math.expm1(wanted[t]));
            }
            double policy = loss.policy(
                            scope,
                            Tensor.of(scope, logits, tokens, 2),
                            Tensor.of(scope, new long[tokens], tokens),
                            vector(scope, golden.get("logp_old")),
                            vector(scope, out.get("advantages_whitened")),
                            1.0 / tokens)
                    .item();
            double value = loss.value(
                            scope,
                            vector(scope, golden.get("values_new")),
                            vector(scope, golden.get("values")),
                            vector(scope, out.get("returns")),
                            1.0 / tokens)
                    .item();
            assertThat(policy).isCloseTo(out.get("pg_loss").asDouble(), within(CLOSE));
            assertThat(value).isCloseTo(out.get("vf_loss").asDouble(), within(CLOSE));
            double weighed = policy + golden.get("hyper").get("vf_coef").asDouble() * value;
            assertThat(weighed).isCloseTo(out.get("loss").asDouble(), within(CLOSE));
        }
    }

    @Test
    void divergenceFromTheReference() throws IOException {
        JsonNode golden = golden("ppo");
        JsonNode out = golden.get("out");
        double[] old = doubles(golden.get("logp_old"));
        double[] reference = doubles(golden.get("logp_ref"));
        Experience one = new Experience(
                List.of(new Experience.Judged(
                        new Rollout(new int[0], new int[old.length], 0), old, reference, old, old, old)),
                0);
        assertThat(one.divergence()).isCloseTo(out.get("kl_k1").asDouble(), within(1e-12));
        try (Scope scope = Scope.open();
                PolicyLoss loss = new PolicyLoss(0.2, 0.2)) {
            float[] found = loss.divergence(
                            scope, vector(scope, golden.get("logp_old")), vector(scope, golden.get("logp_ref")))
                    .floats();
            for (int t = 0; t < found.length; t++) {
                assertThat((double) found[t]).isCloseTo(out.get("kl_k3").get(t).asDouble(), within(CLOSE));
            }
        }
    }

    @Test
    void advantagesWithinAGroup() throws IOException {
        JsonNode golden = golden("grpo");
        double[] rewards = doubles(golden.get("rewards"));
        assertThat(Grpo.Scale.Std.advantages(rewards))
                .containsExactly(doubles(golden.get("out").get("adv")), within(1e-12));
        assertThat(Grpo.Scale.None.advantages(rewards))
                .containsExactly(doubles(golden.get("out").get("adv_drgrpo_none")), within(1e-12));
    }

    @Test
    void advantagesTowardsTheTeacher() throws IOException {
        JsonNode golden = golden("minillm");
        double[] teacher = doubles(golden.get("teacher"));
        double[] student = doubles(golden.get("student"));
        double gamma = golden.get("gamma").asDouble();
        assertThat(MiniLlm.advantages(teacher, student, gamma, false))
                .containsExactly(doubles(golden.get("out").get("adv")), within(1e-12));
        assertThat(MiniLlm.advantages(teacher, student, gamma, true))
                .containsExactly(doubles(golden.get("out").get("adv_lennorm")), within(1e-12));
    }
}
