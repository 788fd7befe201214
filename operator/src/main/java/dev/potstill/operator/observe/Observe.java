package dev.potstill.operator.observe;

import dev.potstill.contract.Progress;
import dev.potstill.operator.observe.Origin.Start;
import dev.potstill.operator.run.Run;
import dev.potstill.pipeline.Situation;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;

/**
 * From what the caches hold to what decisions rest on.
 *
 * @param trainerImage that runs begin with
 */
public record Observe(InstantSource clock, Function<Pod, Optional<Progress>> progress, String trainerImage) {

    public Observation of(
            Start start, Collection<Job> jobs, Collection<Pod> pods, Collection<PersistentVolumeClaim> claims) {
        Run run = start.run();
        Journal journal = Journal.of(run.uid(), jobs, pods);
        Instant now = clock.instant();
        Survey survey = Survey.of(run, journal, now);
        Volume volume = Volume.of(run, claims);
        var sight =
                new Sight(start, journal, survey, volume, new PodView(run.spec(), progress, now), trainerImage, now);
        var situation = new Situation(run.wanted(), survey.plan(), survey.tries(), sight.seen());
        return new Observation(situation, journal, volume, survey.settings(), survey.worked());
    }
}
