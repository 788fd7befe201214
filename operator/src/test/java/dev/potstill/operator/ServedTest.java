package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a Job needs is there when it is made, whatever somebody has taken away since the one before it. */
class ServedTest {
    private final Town town = new Town();

    @AutoClose
    private final Operating operator = Operating.in(town.namespace);

    @Test
    void a_config_that_somebody_has_deleted_is_there_again_for_the_next_stage() {
        town.apply("  stages: [Data, Evaluation]\n");
        var data = town.job("r1-data-0");
        var config = town.client.configMaps().inNamespace(town.namespace);
        String name = data.getSpec().getTemplate().getSpec().getVolumes().stream()
                .filter(volume -> volume.getConfigMap() != null)
                .map(volume -> volume.getConfigMap().getName())
                .findFirst()
                .orElseThrow();
        var made = config.withName(name).get();
        config.withName(name).delete();
        town.hands.done(data);
        town.job("r1-evaluation-0");
        assertThat(config.withName(name).get())
                .isNotNull()
                .satisfies(again -> assertThat(again.getData()).isEqualTo(made.getData()));
    }
}
