package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Training.Precision;
import dev.potstill.contract.ExitCode;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.Refused;
import org.junit.jupiter.api.Test;

class PrecisionTest {
    @Test
    void auto_takes_bf16_where_it_is_fast_and_else_the_exact_type() {
        assertThat(Models.type(Precision.Auto, true)).isEqualTo(ElementType.BF16);
        assertThat(Models.type(Precision.Auto, false)).isEqualTo(ElementType.F32);
        assertThat(Models.type(Precision.BF16, false)).isEqualTo(ElementType.BF16);
        assertThat(Models.type(Precision.FP32, true)).isEqualTo(ElementType.F32);
    }

    @Test
    void fp16_is_refused_with_the_reason() {
        for (boolean fast : new boolean[] {false, true}) {
            Refused.message(ExitCode.UNFIT, () -> Models.type(Precision.FP16, fast))
                    .startsWith("spec.training.precision: found FP16, expected Auto, BF16 or FP32")
                    .contains("slowly", "imprecisely");
        }
    }
}
