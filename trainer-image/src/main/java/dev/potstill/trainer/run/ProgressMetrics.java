package dev.potstill.trainer.run;

import dev.potstill.contract.Progress;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToDoubleFunction;

/** A stage's progress as Prometheus gauges, read off the board at every scrape. */
final class ProgressMetrics {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ProgressBoard board;

    ProgressMetrics(ProgressBoard board) {
        this.board = board;
        gauge("potstill_stage_step", "Steps done of the current activity.", Progress::step);
        gauge("potstill_stage_steps", "Steps of the current activity in all, 0 when unknown.", Progress::steps);
        gauge("potstill_stage_tokens_per_second", "Tokens put through the model a second.", Progress::tokensPerSecond);
        GaugeWithCallback.builder()
                .name("potstill_stage_loss")
                .help("The loss and each of its terms, the latest.")
                .labelNames("stage", "term")
                .callback(sample -> {
                    Progress latest = board.latest();
                    latest.losses()
                            .forEach((term, loss) ->
                                    sample.call(loss, latest.stage().name(), term));
                })
                .register(registry);
    }

    PrometheusRegistry registry() {
        return registry;
    }

    private void gauge(String name, String help, ToDoubleFunction<Progress> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("stage")
                .callback(sample -> {
                    Progress latest = board.latest();
                    sample.call(value.applyAsDouble(latest), latest.stage().name());
                })
                .register(registry);
    }
}
