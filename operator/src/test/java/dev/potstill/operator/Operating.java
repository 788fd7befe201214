package dev.potstill.operator;

import dev.potstill.api.Stage;
import dev.potstill.contract.Progress;
import dev.potstill.operator.act.Settings;
import dev.potstill.operator.observe.ProgressWatch;
import dev.potstill.testing.ApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** An operator at work in this process. */
final class Operating implements AutoCloseable {
    static final String ANSWERS = "192.0.2.1";
    /** Seconds that a stop takes, as the trainer there says. */
    static final long MEASURED = 50;

    static final Duration UNMEASURED = Duration.ofSeconds(120);

    private final KubernetesClient client;
    private final Operator operator;
    final Writes writes;

    private Operating(Writes writes, String namespace, Clock clock) {
        this(writes, namespace, clock, "potstill-trainer:test");
    }

    private Operating(Writes writes, String namespace, Clock clock, String trainerImage) {
        this.writes = writes;
        this.client = ApiServer.get().client(writes);
        this.operator = new Operator(settings -> settings.withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(5)));
        var settings = new Settings(trainerImage, "IfNotPresent", UNMEASURED);
        var progress = new ProgressWatch(clock, Operating::answer);
        operator.register(
                new RunReconciler(Rooms.of(client, settings, progress, clock, new SimpleMeterRegistry())),
                override -> override.settingNamespace(namespace));
        operator.start();
    }

    /** No trainer answers, but the one at this address. */
    private static Optional<Progress> answer(String address) {
        return address.equals(ANSWERS)
                ? Optional.of(new Progress(
                        Stage.Data, "training", 43, 100, 1200, Map.of("loss", 1.9), 7800L, 40L, 0L, MEASURED))
                : Optional.empty();
    }

    static Operating in(String namespace) {
        return new Operating(Writes.all(), namespace, Clock.systemUTC());
    }

    static Operating in(String namespace, Writes writes) {
        return new Operating(writes, namespace, Clock.systemUTC());
    }

    /** As it is after it was upgraded. */
    static Operating of(String trainerImage, String namespace) {
        return new Operating(Writes.all(), namespace, Clock.systemUTC(), trainerImage);
    }

    /** As it is so much later. */
    static Operating later(Duration later, String namespace) {
        return new Operating(Writes.all(), namespace, Clock.offset(Clock.systemUTC(), later));
    }

    @Override
    public void close() {
        operator.stop();
        client.close();
    }
}
