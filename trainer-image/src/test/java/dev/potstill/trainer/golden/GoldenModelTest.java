package dev.potstill.trainer.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.Shared;
import dev.potstill.trainer.model.Arithmetic;
import dev.potstill.trainer.weights.ElementType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what transformers computed on tiny random models, in fp32. */
class GoldenModelTest {

    @ParameterizedTest
    @ValueSource(strings = {"llama", "llama3-tied-scaled", "qwen2", "qwen3", "mixtral-4x", "deepseek-v3"})
    void states_logits_loss_gradients_and_greedy_tokens_are_those_of_transformers(String name) throws IOException {
        try (GoldenModel golden =
                GoldenModel.open(Shared.folder("golden").resolve("models").resolve(name))) {
            GoldenModel.Differences worst = golden.differences();
            assertThat(worst.withinTolerance()).as(worst.toString()).isTrue();
        }
    }

    /** Drawn by {@code bench/peers/golden_models.py} with seed 1: what the others do not cover. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama-biases",
                "llama-rope-yarn",
                "qwen2-window",
                "mistral-window",
                "mixtral-top1",
                "deepseek-v3-groups",
                "deepseek-v3-yarn"
            })
    void settings_that_change_the_arithmetic_are_followed(String name) throws Exception {
        try (GoldenModel golden = GoldenModel.open(folder(name))) {
            GoldenModel.Differences worst = golden.differences();
            assertThat(worst.withinTolerance()).as(worst.toString()).isTrue();
        }
    }

    /** 8 bits of precision: near, and no more is asked of any of them. */
    @ParameterizedTest
    @ValueSource(strings = {"llama-biases", "mistral-window", "mixtral-top1", "deepseek-v3-groups", "deepseek-v3-yarn"})
    void in_bf16_all_that_is_computed_is_near(String name) throws Exception {
        assertNear(name, Arithmetic.in(ElementType.BF16));
    }

    /** All but one, of whose tokens one comes to another expert by the rounding between layers. */
    @ParameterizedTest
    @ValueSource(strings = {"llama-biases", "mistral-window", "mixtral-top1", "deepseek-v3-yarn"})
    void so_it_is_where_bf16_is_widened(String name) throws Exception {
        assertNear(name, Arithmetic.widened(ElementType.BF16));
    }

    private void assertNear(String name, Arithmetic arithmetic) throws Exception {
        try (GoldenModel golden = GoldenModel.open(folder(name), arithmetic)) {
            GoldenModel.Differences worst = golden.differences();
            assertThat(worst.loss()).as(worst.toString()).isLessThan(0.05);
            assertThat(worst.hidden()).as(worst.toString()).isLessThan(1);
        }
    }

    private Path folder(String name) throws Exception {
        return Path.of(Objects.requireNonNull(getClass().getResource(name + "/config.json"))
                        .toURI())
                .getParent();
    }
}
