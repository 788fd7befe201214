package dev.potstill.operator;

import dev.potstill.operator.act.Act;
import dev.potstill.operator.act.Settings;
import dev.potstill.operator.observe.Observe;
import dev.potstill.operator.observe.ProgressWatch;
import dev.potstill.operator.report.LogTail;
import dev.potstill.operator.report.News;
import dev.potstill.operator.report.Report;
import dev.potstill.pipeline.Decide;
import dev.potstill.pipeline.Retries;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;

/** What a reconcile goes through, in this order. */
record Rooms(Observe observe, Decide decide, Act act, Report report, News news, Next next) {

    static Rooms of(
            KubernetesClient client,
            Settings settings,
            ProgressWatch progress,
            InstantSource clock,
            MeterRegistry metrics) {
        return new Rooms(
                new Observe(clock, progress, settings.trainerImage()),
                new Decide(Retries.STANDARD),
                new Act(client, settings, clock),
                new Report(clock, new LogTail(client)),
                new News(client, metrics, clock),
                new Next(clock));
    }
}
