package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition.Status;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Attempts;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Somebody has deleted a run's Jobs: what its failures count for is known all the same. */
class RevivedTest {
    private static final String LITTLE = "  stages: [Data]\n  scheduling: {resources: {memory: 2Gi}}\n";
    private static final String UNFIT = "{\"reason\":\"Unfit\",\"message\":\"x\",\"exitCode\":78}";

    private final Town town = new Town();

    @AutoClose
    private Operating operator = Operating.in(town.namespace);

    @Test
    void a_run_that_failed_and_whose_jobs_are_gone_goes_on_when_it_is_given_what_it_lacked() {
        failed();
        deleted("r1-data-0");
        var before = town.status();
        town.apply(LITTLE + "  ttlSecondsAfterFinished: 1000000\n");
        Town.eventually(() -> assertThat(town.status().observedGeneration()).isEqualTo(2));
        assertThat(town.status().stages()).isEqualTo(before.stages());
        assertThat(town.condition("Stalled").status()).isEqualTo(Status.True);
        town.apply(LITTLE.replace("2Gi", "64Gi"));
        town.hands.done(town.job("r1-data-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(1, 0));
    }

    @Test
    void a_failure_that_was_forgiven_stays_so_when_the_jobs_are_gone() {
        failed();
        town.apply(LITTLE.replace("2Gi", "4Gi"));
        town.hands.run(town.job("r1-data-1"));
        Town.eventually(() -> assertThat(town.stage(Stage.Data).forgiven()).isOne());
        town.becomes("Reconciling", condition -> condition.reason().equals("Data"));
        deleted("r1-data-0", "r1-data-1");
        town.hands.done(town.job("r1-data-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(1, 0));
    }

    private void failed() {
        town.apply(LITTLE);
        town.hands.exit(town.job("r1-data-0"), 78, "Error", UNFIT);
        town.becomes("Stalled", condition -> condition.status() == Status.True);
    }

    /** While no operator is there to see it, so that none remembers them. */
    private void deleted(String... jobs) {
        operator.close();
        for (String job : jobs) {
            town.client
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(town.namespace)
                    .withName(job)
                    .delete();
            town.hands.remove(job + "-0");
        }
        Town.eventually(() -> assertThat(town.names()).isEmpty());
        operator = Operating.in(town.namespace);
    }
}
