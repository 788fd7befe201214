package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.potstill.api.Stage;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the operator writes: no more than it needs. */
class FootprintTest {
    private final Town town = new Town();

    @AutoClose
    private final Operating operator = Operating.in(town.namespace);

    @Test
    void a_run_at_work_of_which_nothing_is_new_is_looked_at_and_not_written() {
        town.apply("  stages: [Data]\n");
        town.hands.run(town.job("r1-data-0"));
        town.works(Stage.Data);
        pass(1);
        int before = operator.writes.written().size();
        // Each touch of its pod has it look again.
        for (int i = 0; i < 5; i++) {
            String touch = "touch-" + i;
            town.client
                    .pods()
                    .inNamespace(town.namespace)
                    .withName("r1-data-0-0")
                    .edit(now -> {
                        now.getMetadata().setAnnotations(Map.of("touch", touch));
                        return now;
                    });
        }
        // Longer than its patience with a stage at work.
        pass(12);
        assertThat(operator.writes.written().stream().skip(before)).isEmpty();
    }

    private static void pass(int seconds) {
        await().pollDelay(Duration.ofSeconds(seconds))
                .atMost(Duration.ofSeconds(seconds + 60))
                .until(() -> true);
    }
}
