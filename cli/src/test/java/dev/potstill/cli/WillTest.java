package dev.potstill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.contract.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of runs of a real API server: to pause, to go on, to end. */
class WillTest {
    @TempDir
    Path folder;

    @AutoClose
    private Town town;

    @BeforeEach
    void town() {
        town = new Town(folder);
    }

    @ParameterizedTest
    @CsvSource({"pause,Paused,paused", "cancel,Cancelled,cancelled"})
    void a_run_is_paused_or_cancelled_by_its_execution_alone(String command, String execution, String word) {
        town.apply("r1");
        town.say(Told.running());

        assertThat(town.potstill(command, "r1")).isZero();
        assertThat(town.shown()).isEqualTo("r1: %s; Feature saves a checkpoint and stops\n".formatted(word));
        assertThat(town.execution()).isEqualTo(execution);
        assertThat(town.run().getMetadata().getManagedFields())
                .filteredOn(fields -> fields.getManager().equals("potstill-cli"))
                .singleElement()
                .satisfies(fields ->
                        assertThat(Json.compact(fields.getFieldsV1())).isEqualTo("{\"f:spec\":{\"f:execution\":{}}}"));
        assertThat(town.potstill(command, "r1")).isZero();
        assertThat(town.shown()).isEqualTo("r1: nothing changed; spec.execution is %s already\n".formatted(execution));
    }

    @Test
    void a_paused_run_is_resumed() {
        town.apply("r1");
        town.potstill("pause", "r1");
        town.say(Told.paused(2));

        assertThat(town.potstill("resume", "r1")).isZero();
        assertThat(town.shown()).isEqualTo("r1: goes on\n");
        assertThat(town.execution()).isEqualTo("Running");
    }

    @Test
    void a_run_that_failed_is_tried_again_when_it_is_resumed_and_is_not_paused() {
        town.apply("r1");
        town.say(Told.failed());

        assertThat(town.potstill("pause", "r1")).isZero();
        assertThat(town.shown())
                .isEqualTo(
                        "r1: nothing changed; it has failed, and goes on by potstill resume, or when its manifest is changed\n");
        assertThat(town.run().<String>get("spec", "retry")).isNull();
        assertThat(town.potstill("resume", "r1")).isZero();
        assertThat(town.shown()).isEqualTo("r1: is tried again; what its workspace has is reused\n");
        assertThat(town.run().<String>get("spec", "retry")).matches("\\d{4}-.*Z");
    }

    @Test
    void a_run_that_was_rejected_is_cancelled_and_not_resumed() {
        town.apply("r1");
        town.say(Told.rejected());

        assertThat(town.potstill("resume", "r1")).isZero();
        assertThat(town.shown()).contains("it has been rejected, and goes on when its manifest is changed");
        assertThat(town.potstill("cancel", "r1")).isZero();
        assertThat(town.execution()).isEqualTo("Cancelled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "resume", "cancel"})
    void a_run_that_has_ended_is_left_as_it_is(String command) {
        town.apply("r1");
        town.say(Told.succeeded());

        assertThat(town.potstill(command, "r1")).isZero();
        assertThat(town.shown()).isEqualTo("r1: nothing changed; it has succeeded\n");
        assertThat(town.execution()).isEqualTo("Running");
    }
}
