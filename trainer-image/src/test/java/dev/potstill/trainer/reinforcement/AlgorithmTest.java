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
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlgorithmTest {
    private static final int WANTED = 7;
    private static final int PROMPTS = 16;
    private static final int EACH = 4;

    @TempDir
    Path folder;

    @BeforeEach
    void makeModels() throws IOException {
        TinyLlama.SMALL.save(folder.resolve("student"), 1);
        TinyLlama.SMALL.save(folder.resolve("other"), 2);
    }

    /** A tiny model that learns, one that does not, and what comes of rounds of answers. */
    private final class Lesson implements AutoCloseable {
        private final ModelFiles files = ModelFiles.open(folder.resolve("student"));
        private final LanguageModel model = LanguageModel.load(files, ElementType.F32);
        private final Generator generator = new Generator(model);
        private final PolicyLoss loss = new PolicyLoss(0.2, 0.2);
        private final ValueHead head = new ValueHead(model.config().width(), 0);
        private final Map<String, Tensor> trained = new LinkedHashMap<>();
        private final Policy policy = new Policy(model, loss, 48);
        private final ModelFiles otherFiles;
        private final LanguageModel other;
        private final Policy reference;

        Lesson(String reference) {
            this.otherFiles = ModelFiles.open(folder.resolve(reference));
            this.other = LanguageModel.load(otherFiles, ElementType.F32);
            this.reference = new Policy(other, loss, 48);
            for (String name : model.lastLayerNames(0)) {
                try (Scope scope = Scope.open()) {
                    model.replace(name, Ops.copy(scope, model.get(name), ElementType.F32));
                }
                trained.put(name, model.get(name));
            }
        }

        /** Several answers to each prompt; the share of an answer's tokens that are the wanted one is what it is worth. */
        private List<Rollout> answers(int round) {
            List<Generator.Request> requests = new ArrayList<>();
            for (int i = 0; i < PROMPTS * EACH; i++) {
                requests.add(new Generator.Request(new int[] {1, 5 + i / EACH % 3}, 1000L * round + i));
            }
            List<int[]> answers = generator.generate(requests, new Sampling(1, 4, List.of(), 1), tokens -> {});
            List<Rollout> rollouts = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                long wanted = Arrays.stream(answers.get(i))
                        .filter(token -> token == WANTED)
                        .count();
                rollouts.add(new Rollout(requests.get(i).prompt(), answers.get(i), wanted / 4.0));
            }
            return rollouts;
        }

        List<Experience> rounds(Algorithm algorithm, Optional<Learners.Value> value, int count) {
            List<Experience> all = new ArrayList<>();
            Improvement improvement = new Improvement(algorithm, 2, 2, 24);
            try (Learners learners = new Learners(new Parameters(trained, AdamW.FINE_TUNING), value)) {
                for (int round = 0; round < count; round++) {
                    Experience experience = algorithm.judge(answers(round), 0.01);
                    all.add(experience);
                    improvement.on(experience, learners, 3e-3, round);
                }
            }
            return all;
        }

        Ppo ppo() {
            return new Ppo(policy, reference, head, loss, new Advantages(1, 0.95), true, 0.1);
        }

        Optional<Learners.Value> value(int aloneFor) {
            return Optional.of(new Learners.Value(new Parameters(head.weights(), AdamW.FINE_TUNING), 10, aloneFor));
        }

        @Override
        public void close() {
            head.close();
            generator.close();
            model.close();
            files.close();
            other.close();
            otherFiles.close();
            loss.close();
        }
    }

    private static double score(Experience experience) {
        return experience.rollouts().stream()
                .mapToDouble(Rollout::score)
                .average()
                .orElseThrow();
    }

    @Test
    void whatIsRewardedBecomesLikelierByProximalPolicyOptimisation() {
        try (Lesson lesson = new Lesson("student")) {
            List<Experience> rounds = lesson.rounds(lesson.ppo(), lesson.value(0), 40);
            assertThat(score(rounds.getLast())).isGreaterThan(score(rounds.getFirst()) + 0.3);
        }
    }

    @Test
    void whatIsRewardedBecomesLikelierByComparisonWithinAGroup() {
        for (Grpo.Scale scale : Grpo.Scale.values()) {
            try (Lesson lesson = new Lesson("student")) {
                Grpo grpo = new Grpo(lesson.policy, lesson.reference, lesson.loss, EACH, scale, 4);
                List<Experience> rounds = lesson.rounds(grpo, Optional.empty(), 40);
                assertThat(score(rounds.getLast())).isGreaterThan(score(rounds.getFirst()) + 0.3);
            }
        }
    }

    @Test
    void theStudentsOwnAnswersBecomeLikelierToTheTeacher() {
        try (Lesson lesson = new Lesson("other")) {
            MiniLlm towards = new MiniLlm(lesson.policy, lesson.reference, 1, true);
            List<Experience> rounds = lesson.rounds(towards, Optional.empty(), 30);
            assertThat(rounds.getLast().divergence())
                    .isLessThan(0.7 * rounds.getFirst().divergence());
        }
    }

    @Test
    void aValueHeadThatLearnsAloneLeavesThePolicyAsItIs() {
        try (Lesson lesson = new Lesson("student")) {
            float[] before = lesson.trained.values().iterator().next().floats();
            lesson.rounds(lesson.ppo(), lesson.value(2), 2);
            assertThat(lesson.trained.values().iterator().next().floats()).isEqualTo(before);
            assertThat(lesson.head.weights().get("value_head.bias").item()).isNotZero();
        }
    }

    @Test
    void equalRewardsWithinAGroupTeachNothing() {
        assertThat(Grpo.Scale.Std.advantages(new double[] {0.5, 0.5, 0.5})).containsOnly(0);
    }

    @Test
    void anAdaptiveCoefficientFollowsTheDivergenceAndAFixedOneDoesNot() {
        KlControl adaptive = new KlControl.Adaptive(6, 10_000);
        // Clipped at a fifth either way, then by 100 of 10,000 answers: by Ziegler et al.'s rule.
        assertThat(adaptive.next(0.2, 60, 100)).isEqualTo(0.2 * (1 + 0.2 * 0.01));
        assertThat(adaptive.next(0.2, 0, 100)).isEqualTo(0.2 * (1 - 0.2 * 0.01));
        assertThat(adaptive.next(0.2, 6.6, 100))
                .isCloseTo(0.2 * (1 + 0.1 * 0.01), org.assertj.core.data.Offset.offset(1e-12));
        assertThat(new KlControl.Fixed().next(0.2, 60, 100)).isEqualTo(0.2);
    }
}
