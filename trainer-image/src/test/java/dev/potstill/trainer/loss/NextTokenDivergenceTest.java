package dev.potstill.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where fp32 ends: tails of next to nothing, and divergences near their limits. */
class NextTokenDivergenceTest {
    /** The gradient of KL(p ‖ q) at each logit of one token, of which the teacher lists the first. */
    private static float[] gradient(float[] student, double logTail) {
        float listed = (float) Math.log(-Math.expm1(logTail));
        return Torch.withGradients(() -> {
            try (Scope scope = Scope.open();
                    TeacherLoss loss = new NextTokenDivergence(new Divergence.ForwardKl(), Tail.Bucket, 1)) {
                Tensor logits = Tensor.of(scope, student, 1, student.length).requireGrad();
                Said said = new Said(
                        Tensor.of(scope, new float[] {listed}, 1, 1),
                        Tensor.of(scope, new long[1], 1, 1),
                        Tensor.of(scope, new float[] {(float) logTail}, 1, 1));
                loss.of(scope, logits, said, 0, 1).backward(Tensor.scalar(scope, 1));
                return logits.grad(scope).floats();
            }
        });
    }

    @ParameterizedTest(name = "student''s tail e^-{0}, teacher''s e^{1}")
    @CsvSource({"20, -5", "40, -5", "60, -10", "40, -30"})
    void aTailOfNextToNothingStillHasAGradient(float below, double logTail) {
        // Two tokens that are not listed, as likely as each other: each is q - p / 2, with p what the teacher gives the
        // tail.
        float[] gradient = gradient(new float[] {0, -below, -below}, logTail);
        double wanted = Math.exp(-below) - Math.exp(logTail) / 2;
        assertThat((double) gradient[1]).isCloseTo(wanted, within(1e-5 * Math.abs(wanted)));
        assertThat(gradient[2]).isEqualTo(gradient[1]);
    }

    private static double of(Divergence divergence) {
        try (Scope scope = Scope.open();
                TeacherLoss loss = new NextTokenDivergence(divergence, Tail.Bucket, 1)) {
            float[] p = {(float) Math.log(0.7), (float) Math.log(0.2), (float) Math.log(0.1)};
            Said said = new Said(
                    Tensor.of(scope, p, 1, 3),
                    Tensor.of(scope, new long[] {0, 1, 2}, 1, 3),
                    Tensor.of(scope, new float[] {Float.NEGATIVE_INFINITY}, 1, 1));
            float[] q = {(float) Math.log(0.3), (float) Math.log(0.3), (float) Math.log(0.4)};
            return loss.of(scope, Tensor.of(scope, q, 1, 3), said, 0, 1).item();
        }
    }

    @Test
    void jensenShannonOverItsShareTendsToBothDirections() {
        assertThat(of(new Divergence.JensenShannon(1e-4)) / 1e-4)
                .isCloseTo(of(new Divergence.JensenShannon(0)), within(1e-3));
        assertThat(of(new Divergence.JensenShannon(1 - 1e-4)) / 1e-4)
                .isCloseTo(of(new Divergence.JensenShannon(1)), within(1e-3));
    }

    @Test
    void aSkewOfNothingIsTheDivergenceItself() {
        assertThat(of(new Divergence.SkewedKl(0))).isEqualTo(of(new Divergence.ForwardKl()));
        assertThat(of(new Divergence.SkewedReverseKl(0))).isEqualTo(of(new Divergence.ReverseKl()));
    }
}
