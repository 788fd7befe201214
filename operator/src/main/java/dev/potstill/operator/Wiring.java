package dev.potstill.operator;

import dev.potstill.operator.act.Settings;
import dev.potstill.operator.observe.ProgressPage;
import dev.potstill.operator.observe.ProgressWatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the operator is handed from outside: time, and where its metrics go. */
public class Wiring {
    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    Rooms rooms(
            KubernetesClient client,
            Clock clock,
            MeterRegistry metrics,
            @ConfigProperty(name = "potstill.trainer.image") String trainerImage,
            @ConfigProperty(name = "potstill.trainer.pull-policy", defaultValue = "IfNotPresent") String pullPolicy,
            @ConfigProperty(name = "potstill.trainer.grace", defaultValue = "PT120S") Duration grace) {
        var settings = new Settings(trainerImage, pullPolicy, grace);
        return Rooms.of(client, settings, new ProgressWatch(clock, new ProgressPage()), clock, metrics);
    }

    /** Without a producer of its own the SDK reports nothing. */
    @Produces
    @Singleton
    Metrics metrics(MeterRegistry registry) {
        return MicrometerMetricsV2.newBuilder(registry).build();
    }
}
