package dev.potstill.cli;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.cli.screen.Screen;
import dev.potstill.pipeline.Decide;
import dev.potstill.pipeline.Decision;
import dev.potstill.pipeline.Decision.Finish;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.Decision.Stop;
import dev.potstill.pipeline.Decision.Wait;
import dev.potstill.pipeline.Situation;
import java.time.Duration;

/** One run on this machine: observe, decide, act, show; until there is a verdict. */
record LocalRun(DistillationRunSpec spec, Bench bench, Decide decide, Screen screen, Bell bell) {
    /** Between two looks at a stage at work. */
    private static final Duration GLANCE = Duration.ofMillis(250);

    /** How it ended. */
    record Ending(Situation situation, Finish finish) {}

    Ending toItsEnd() {
        while (true) {
            Situation now = bench.observe(bell.wanted(spec.execution()));
            Decision decision = decide.next(now);
            bench.warnings().forEach(screen::warn);
            screen.show(now, decision);
            switch (decision) {
                case Start(var stage, var attempt) -> bench.start(stage, attempt);
                case Stop(var _, var _) -> {
                    bench.stop(bell.atOnce());
                    bell.await(GLANCE);
                }
                case Wait(var _, var atMost) -> bell.await(atMost.compareTo(GLANCE) < 0 ? atMost : GLANCE);
                case Finish finish -> {
                    return new Ending(now, finish);
                }
            }
        }
    }
}
