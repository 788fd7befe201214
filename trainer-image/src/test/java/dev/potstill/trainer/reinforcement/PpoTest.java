package dev.potstill.trainer.reinforcement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.PolicyLoss;
import dev.potstill.trainer.model.Generator;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.train.AdamW;
import dev.potstill.trainer.train.Parameters;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PpoTest {
    private static final int WANTED = 7;
    private static final int ROLLOUTS = 64;

    /** The share of sampled answers' tokens that are the wanted one: what is rewarded here. */
    private static double round(Generator generator, Ppo ppo, Parameters parameters, int round) {
        List<Generator.Request> requests = new ArrayList<>();
        for (int i = 0; i < ROLLOUTS; i++) {
            requests.add(new Generator.Request(new int[] {1, 5 + i % 3}, 1000L * round + i));
        }
        List<int[]> answers = generator.generate(requests, new Sampling(1, 4, List.of(), 1), tokens -> {});
        List<Rollout> rollouts = new ArrayList<>();
        double sum = 0;
        for (int i = 0; i < ROLLOUTS; i++) {
            double score = Arrays.stream(answers.get(i))
                            .filter(token -> token == WANTED)
                            .count()
                    / 4.0;
            rollouts.add(new Rollout(requests.get(i).prompt(), answers.get(i), score));
            sum += score / ROLLOUTS;
        }
        ppo.improve(ppo.judge(rollouts), parameters, 3e-3);
        return sum;
    }

    @Test
    void whatIsRewardedBecomesLikelier(@TempDir Path folder) throws IOException {
        TinyLlama.SMALL.save(folder, 1);
        try (ModelFiles files = ModelFiles.open(folder);
                LanguageModel model = LanguageModel.load(files, ElementType.F32);
                LanguageModel reference = LanguageModel.load(files, ElementType.F32);
                Generator generator = new Generator(model);
                PolicyLoss loss = new PolicyLoss(0.2);
                ValueHead head = new ValueHead(model.config().width())) {
            Map<String, Tensor> trained = new LinkedHashMap<>();
            for (String name : model.lastLayerNames(0)) {
                try (Scope scope = Scope.open()) {
                    model.replace(name, Ops.copy(scope, model.get(name), ElementType.F32));
                }
                trained.put(name, model.get(name));
            }
            trained.putAll(head.weights());
            Ppo ppo = new Ppo(
                    new Policy(model, loss), new Policy(reference, loss), head, loss, new Advantages(0.01, 1, 0.95));
            try (Parameters parameters = new Parameters(trained, AdamW.FINE_TUNING)) {
                double first = round(generator, ppo, parameters, 0);
                double last = first;
                for (int round = 1; round < 40; round++) {
                    last = round(generator, ppo, parameters, round);
                }
                assertThat(last).isGreaterThan(first + 0.3);
            }
        }
    }
}
