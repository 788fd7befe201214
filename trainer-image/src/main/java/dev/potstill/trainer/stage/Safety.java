package dev.potstill.trainer.stage;

import dev.potstill.api.Reinforcement;
import dev.potstill.trainer.endpoint.EndpointClient;
import dev.potstill.trainer.endpoint.SafetyJudge;
import dev.potstill.trainer.reward.SafetyScorer;
import java.util.Optional;

/** Who judges how harmless answers are: a server where one is set and its judgement counts, or the trainer's own lists. */
record Safety(SafetyScorer scorer, Optional<SafetyJudge> judge) implements AutoCloseable {
    private static final String FIELD = "spec.reinforcement.safety.endpoint";

    static Safety of(StageContext context) {
        Reinforcement settings = context.spec().reinforcement();
        SafetyScorer lists = SafetyScorer.lists();
        if (settings.safety() == null || settings.reward().safetyPercent() == 0) {
            return new Safety(lists, Optional.empty());
        }
        EndpointClient client =
                Endpoints.client(context, FIELD, settings.safety().endpoint());
        try {
            SafetyJudge judge = new SafetyJudge(client, lists, context.warnings());
            return new Safety(judge, Optional.of(judge));
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    @Override
    public void close() {
        judge.ifPresent(SafetyJudge::close);
    }
}
