package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Reinforcement;
import dev.potstill.api.Response.Divergence;
import dev.potstill.api.Stage;
import dev.potstill.api.Teacher;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.AskedTeacher;
import dev.potstill.trainer.data.Respondent;
import dev.potstill.trainer.endpoint.BearerToken;
import dev.potstill.trainer.endpoint.Chat;
import dev.potstill.trainer.endpoint.EndpointClient;
import dev.potstill.trainer.endpoint.Scorer;
import dev.potstill.trainer.text.Tokenizer;
import java.util.Optional;

/** The servers of a run. */
final class Endpoints {
    private static final String TEACHER = "spec.teachers[0].endpoint";

    private Endpoints() {}

    /** Whether the main teacher is asked over an endpoint. */
    static boolean isTeacher(DistillationRunSpec spec) {
        return spec.teachers().getFirst().endpoint() != null;
    }

    /** The main teacher's endpoint. */
    static Teacher.Endpoint settings(DistillationRunSpec spec) {
        return settings(spec, 0);
    }

    private static Teacher.Endpoint settings(DistillationRunSpec spec, int index) {
        Teacher.Endpoint settings = spec.teachers().get(index).endpoint();
        if (settings == null) {
            throw Problem.rejected(field(index) + ": found nothing, expected an endpoint");
        }
        return settings;
    }

    private static String field(int index) {
        return "spec.teachers[%d].endpoint".formatted(index);
    }

    /** The main teacher, to be asked; the caller closes it. */
    static EndpointClient teacher(StageContext context) {
        return client(context, TEACHER, settings(context.spec()));
    }

    /** A teacher as the data stage asks it, with the student's tokenizer. */
    static Respondent respondent(StageContext context, int index, Tokenizer student) {
        EndpointClient client = client(context, field(index), settings(context.spec(), index));
        return new AskedTeacher(new Chat(client), new Scorer(client, student, Integer.MAX_VALUE), student);
    }

    /** @param field where the endpoint stands in the manifest */
    static EndpointClient client(StageContext context, String field, Teacher.Endpoint settings) {
        Optional<BearerToken> token =
                BearerToken.of(field, settings.secretRef(), name -> Optional.ofNullable(System.getenv(name)));
        return EndpointClient.of(field, settings, token, context.stop(), context.warnings());
    }

    /** Refuses what no server tells: what led to its tokens, and which tokens there are. */
    static void refuse(DistillationRunSpec spec) {
        if (!isTeacher(spec)) {
            return;
        }
        if (spec.stages().contains(Stage.Feature)) {
            throw Problem.unfit(
                    "spec.stages: found Feature, but %s gives no hidden states to learn from, expected a teacher with model. Leave out Feature, or give spec.teachers[0].model"
                            .formatted(TEACHER));
        }
        if (spec.stages().contains(Stage.Reinforcement)
                && spec.reinforcement().algorithm() == Reinforcement.Algorithm.MiniLLM) {
            throw Problem.unfit(
                    "spec.reinforcement.algorithm: found MiniLLM, but %s does not tell how likely the student's answers are, expected a teacher with model. Use PPO or GRPO, or give spec.teachers[0].model"
                            .formatted(TEACHER));
        }
        if (spec.stages().contains(Stage.Response) && spec.response().divergence() == Divergence.ULD) {
            throw Problem.unfit(
                    "spec.response.divergence: found ULD, but %s does not tell its tokenizer, expected a divergence over the student's tokens. Use another with a teacher of the student's tokenizer, or give spec.teachers[0].model"
                            .formatted(TEACHER));
        }
    }
}
