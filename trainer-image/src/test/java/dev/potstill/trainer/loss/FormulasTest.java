package dev.potstill.trainer.loss;

import static dev.potstill.trainer.loss.GoldenFormulas.doubles;
import static dev.potstill.trainer.loss.GoldenFormulas.golden;
import static dev.potstill.trainer.loss.GoldenFormulas.rows;
import static dev.potstill.trainer.loss.GoldenFormulas.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.reinforcement.Advantages;
import dev.potstill.trainer.reinforcement.Experience;
import dev.potstill.trainer.reinforcement.Grpo;
import dev.potstill.trainer.reinforcement.MiniLlm;
import dev.potstill.trainer.reinforcement.Rollout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against fp64 values of the formulas, computed apart from this project. */
class FormulasTest {
    /** Ours are in fp32. */
    private static final double CLOSE = 1e-6;

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
