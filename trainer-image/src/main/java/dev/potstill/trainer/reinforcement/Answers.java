package dev.potstill.trainer.reinforcement;

import dev.potstill.trainer.model.Generator;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.RowBudget;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.reward.FinalAnswer;
import dev.potstill.trainer.reward.Reward;
import dev.potstill.trainer.text.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The student's answers to prompts, and what they are worth. */
public final class Answers implements AutoCloseable {
    private final LanguageModel model;
    private final Generator generator;
    private final Tokenizer tokenizer;
    private final Reward reward;
    private final int maxTokens;
    private final long seed;

    public Answers(LanguageModel model, Tokenizer tokenizer, Reward reward, int maxTokens, long seed) {
        this.model = model;
        this.generator = new Generator(model);
        this.tokenizer = tokenizer;
        this.reward = reward;
        this.maxTokens = maxTokens;
        this.seed = seed;
    }

    /** Answers with their scores, and the mean of each term of the reward. */
    public record Judged(List<Rollout> rollouts, Map<String, Double> terms) {}

    /** Several answers to each prompt, sampled at temperature 1: the policy as it is. {@code round} makes the draws its own. */
    public Judged sample(List<Prompt> prompts, int each, long round) {
        List<Generator.Request> requests = new ArrayList<>();
        for (Prompt prompt : prompts) {
            for (int s = 0; s < each; s++) {
                requests.add(new Generator.Request(prompt.ids(), (round << 24) + requests.size()));
            }
        }
        List<int[]> made = generate(requests, sampling(1));
        List<Rollout> rollouts = new ArrayList<>();
        Map<String, Double> terms = new LinkedHashMap<>();
        for (int p = 0; p < prompts.size(); p++) {
            Prompt prompt = prompts.get(p);
            List<int[]> answers = made.subList(p * each, (p + 1) * each);
            List<Reward.Terms> scores = reward.of(
                    prompt.text(),
                    prompt.reference(),
                    answers.stream().map(tokenizer::decode).toList());
            for (int s = 0; s < each; s++) {
                Reward.Terms score = scores.get(s);
                rollouts.add(new Rollout(prompt.ids(), answers.get(s), score.total()));
                double share = 1.0 / made.size();
                terms.merge("reward", score.total() * share, Double::sum);
                terms.merge("reward.accuracy", score.accuracy() * share, Double::sum);
                terms.merge("reward.safety", score.safety() * share, Double::sum);
                terms.merge("reward.diversity", score.diversity() * share, Double::sum);
                terms.merge("length", answers.get(s).length * share, Double::sum);
            }
        }
        return new Judged(rollouts, terms);
    }

    /** The share of prompts whose likeliest answer is right. */
    public double accuracy(List<Prompt> prompts) {
        List<Generator.Request> requests = new ArrayList<>();
        prompts.forEach(prompt -> requests.add(new Generator.Request(prompt.ids(), requests.size())));
        List<int[]> made = generate(requests, sampling(0));
        long right = 0;
        for (int i = 0; i < prompts.size(); i++) {
            right += FinalAnswer.isRight(
                            tokenizer.decode(made.get(i)), prompts.get(i).reference())
                    ? 1
                    : 0;
        }
        return (double) right / prompts.size();
    }

    /** As many at once as fit: a row's draws are its own, whatever is generated beside it. */
    private List<int[]> generate(List<Generator.Request> requests, Sampling sampling) {
        int longest = requests.stream()
                .mapToInt(request -> request.prompt().length)
                .max()
                .orElse(0);
        int rows = RowBudget.ofMachine().rows(model.config(), model.type(), longest, maxTokens);
        List<int[]> made = new ArrayList<>();
        for (int from = 0; from < requests.size(); from += rows) {
            made.addAll(generator.generate(
                    requests.subList(from, Math.min(requests.size(), from + rows)), sampling, tokens -> {}));
        }
        return made;
    }

    private Sampling sampling(double temperature) {
        return new Sampling(temperature, maxTokens, tokenizer.eosIds(), seed);
    }

    @Override
    public void close() {
        generator.close();
    }
}
