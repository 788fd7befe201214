package dev.potstill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputDigestTest {
    private static final Map<Stage, String> DATA_MADE = Map.of(Stage.Data, "d1");

    private static InputDigest digest(Stage stage, DistillationRunSpec spec) {
        return InputDigest.of(stage, spec, DATA_MADE, Map.of(), "v1");
    }

    private static Set<Stage> changedBy(Map<String, Object> change) {
        var changed = EnumSet.noneOf(Stage.class);
        for (Stage stage : Stage.values()) {
            if (!digest(stage, Specs.with(change))
                    .hex()
                    .equals(digest(stage, Specs.resolved()).hex())) {
                changed.add(stage);
            }
        }
        return changed;
    }

    @ParameterizedTest
    @CsvSource({
        "/response/temperature, 3.0, Response",
        "/response/learningRate, 1e-4, Response",
        "/feature/epochs, 2, Feature",
        "/reinforcement/klCoefficient, 0.2, Reinforcement",
        "/quantization/groupSize, 32, Quantization",
        "/quantization/maxAccuracyLossPercent, 5, Evaluation",
        "/evaluation/maxSamples, 10, Evaluation",
        "/data/heldOut/percent, 5, Data",
    })
    void a_setting_changes_the_stage_it_is_of_and_no_other(String field, String value, Stage stage) {
        Object typed = value.matches("\\d+") ? Integer.valueOf(value) : value;

        assertThat(changedBy(Map.of(field, typed))).containsExactly(stage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/checkpoint/everySteps", "/checkpoint/keep", "/ttlSecondsAfterFinished"})
    void what_cannot_change_a_result_changes_no_digest(String field) {
        assertThat(changedBy(Map.of(field, 7))).isEmpty();
        assertThat(changedBy(Map.of("/workspace/size", "9Gi", "/suspend", true, "/scheduling/queueName", "team")))
                .isEmpty();
    }

    @Test
    void the_seed_changes_every_stage() {
        assertThat(changedBy(Map.of("/training/seed", 2))).containsExactly(Stage.values());
    }

    @Test
    void the_order_of_rows_changes_the_stages_that_learn_from_rows() {
        assertThat(changedBy(Map.of("/training/order", "Curriculum"))).containsExactly(Stage.Feature, Stage.Response);
    }

    @Test
    void a_price_and_a_licence_change_nothing_and_a_teacher_that_only_answers_the_data_alone() {
        var asked = Map.of("url", "http://t/v1", "model", "m");
        var priced = Map.of(
                "url",
                "http://t/v1",
                "model",
                "m",
                "price",
                Map.of("inputPerMillion", "0.55", "outputPerMillion", "2.19", "currency", "USD"));
        var main = Map.of("name", "r1", "model", "builtin://teacher");
        var two = Specs.with(Map.of("/teachers", List.of(main, Map.of("name", "big", "endpoint", asked))));
        var paid = Specs.with(Map.of("/teachers", List.of(main, Map.of("name", "big", "endpoint", priced))));
        for (Stage stage : Stage.values()) {
            assertThat(digest(stage, paid)).isEqualTo(digest(stage, two));
            assertThat(digest(stage, two).equals(digest(stage, Specs.resolved())))
                    .isEqualTo(stage != Stage.Data);
        }
        var source = Map.of("uri", "builtin://problems", "format", "PromptJsonl", "license", "MIT");
        assertThat(changedBy(Map.of("/data/sources", List.of(source)))).isEmpty();
    }

    @Test
    void a_stages_own_epochs_and_rate_hold_over_those_all_share() {
        assertThat(changedBy(Map.of("/training/epochs", 9))).containsExactly(Stage.Response, Stage.Reinforcement);

        var own = Specs.with(Map.of("/feature/learningRate", "1e-2"));
        var ownAndShared = Specs.with(Map.of("/feature/learningRate", "1e-2", "/training/learningRate", "1e-5"));
        assertThat(digest(Stage.Feature, own)).isEqualTo(digest(Stage.Feature, ownAndShared));
    }

    @Test
    void a_suite_with_questions_is_kept_out_of_the_training_data_and_one_without_does_not_matter_to_it() {
        assertThat(changedBy(Map.of("/evaluation/suites", List.of("WordProblems", "Perplexity"))))
                .containsExactly(Stage.Evaluation);
        assertThat(changedBy(Map.of("/evaluation/suites", List.of("WordProblems", "GSM8K"))))
                .containsExactly(Stage.Data, Stage.Evaluation);
    }

    @Test
    void the_content_of_a_file_counts_and_its_place_does_not() {
        var here = Specs.with(Map.of("/student/model", "file:///a/model"));
        var there = Specs.with(Map.of("/student/model", "file:///b/model"));

        assertThat(InputDigest.of(Stage.Feature, here, DATA_MADE, Map.of("file:///a/model", "c1"), "v1"))
                .isEqualTo(InputDigest.of(Stage.Feature, there, DATA_MADE, Map.of("file:///b/model", "c1"), "v1"))
                .isNotEqualTo(InputDigest.of(Stage.Feature, here, DATA_MADE, Map.of("file:///a/model", "c2"), "v1"));
    }

    @Test
    void a_changed_input_says_which_settings_differ_then_which_outputs_and_whether_the_trainer_does() {
        var older = InputDigest.of(Stage.Response, Specs.resolved(), DATA_MADE, Map.of(), "v1");
        var newer = InputDigest.of(
                Stage.Response,
                Specs.with(Map.of("/response/temperature", "3.0")),
                Map.of(Stage.Data, "d2"),
                Map.of(),
                "v2");

        assertThat(newer.differences(older)).containsExactly("response.temperature", "trainer", "upstream.Data");
        assertThat(newer.differences(newer)).isEmpty();
    }

    @Test
    void the_secret_of_an_endpoint_does_not_matter_but_its_url_does() {
        Map<String, Object> endpoint = Map.of("url", "https://a", "model", "m", "maxConcurrency", 4);
        Map<String, Object> other = Map.of(
                "url",
                "https://a",
                "model",
                "m",
                "maxConcurrency",
                8,
                "secretRef",
                Map.of("name", "s"),
                "timeoutSeconds",
                9,
                "retrySeconds",
                9);
        Map<String, Object> moved = Map.of("url", "https://b", "model", "m", "maxConcurrency", 4);
        var spec = Specs.with(Map.of("/teachers/0/endpoint", endpoint));

        assertThat(digest(Stage.Data, spec))
                .isEqualTo(digest(Stage.Data, Specs.with(Map.of("/teachers/0/endpoint", other))))
                .isNotEqualTo(digest(Stage.Data, Specs.with(Map.of("/teachers/0/endpoint", moved))));
    }
}
