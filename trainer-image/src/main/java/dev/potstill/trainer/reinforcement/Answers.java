package dev.potstill.trainer.reinforcement;

import dev.potstill.trainer.model.Generator;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.RowBudget;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.reward.PassAtK;
import dev.potstill.trainer.reward.Reward;
import dev.potstill.trainer.reward.Verifiers;
import dev.potstill.trainer.text.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

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
        List<Reward.Answered> answered = new ArrayList<>();
        for (int p = 0; p < prompts.size(); p++) {
            List<int[]> answers = made.subList(p * each, (p + 1) * each);
            answered.add(new Reward.Answered(
                    prompts.get(p).asked(),
                    answers.stream().map(tokenizer::decode).toList()));
        }
        List<Reward.Terms> scores = reward.of(answered);
        List<Rollout> rollouts = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            rollouts.add(new Rollout(
                    prompts.get(i / each).ids(), made.get(i), scores.get(i).total()));
        }
        return new Judged(rollouts, means(scores, made, each));
    }

    private static Map<String, Double> means(List<Reward.Terms> scores, List<int[]> made, int each) {
        Map<String, Double> terms = new LinkedHashMap<>();
        terms.put("reward", mean(scores, Reward.Terms::total));
        terms.put("reward.accuracy", mean(scores, Reward.Terms::accuracy));
        terms.put("reward.safety", mean(scores, Reward.Terms::safety));
        terms.put("reward.diversity", mean(scores, Reward.Terms::diversity));
        terms.put(
                "length",
                made.stream().mapToInt(answer -> answer.length).average().orElse(0));
        for (int k = 2; k <= each; k *= 2) {
            double sum = 0;
            for (int from = 0; from < scores.size(); from += each) {
                long right = scores.subList(from, from + each).stream()
                        .filter(score -> score.accuracy() == 1)
                        .count();
                sum += PassAtK.of(each, (int) right, k);
            }
            terms.put("pass." + k, sum * each / scores.size());
        }
        return terms;
    }

    private static double mean(List<Reward.Terms> scores, ToDoubleFunction<Reward.Terms> term) {
        return scores.stream().mapToDouble(term).average().orElse(0);
    }

    /** The share of prompts whose likeliest answer is right. */
    public double accuracy(List<Prompt> prompts) {
        List<Generator.Request> requests = new ArrayList<>();
        prompts.forEach(prompt -> requests.add(new Generator.Request(prompt.ids(), requests.size())));
        List<int[]> made = generate(requests, sampling(0));
        List<Verifiers.Given> given = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            given.add(new Verifiers.Given(prompts.get(i).asked(), tokenizer.decode(made.get(i))));
        }
        long right = reward.verifiers().areRight(given).stream()
                .filter(Boolean::booleanValue)
                .count();
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
