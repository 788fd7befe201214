package dev.potstill.trainer.data;

import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.data.clean.Fingerprint;
import dev.potstill.trainer.model.Generator;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A teacher whose answers are sampled in text. */
final class SamplingTeacher implements Respondent.Asking {
    private final Generator generator;
    private final Tokenizer tokenizer;
    private final ChatEncoder encoder;
    private final Sampling sampling;
    private final int maxLength;

    /** @param maxLength of prompt and answer in tokens: nothing is sampled beyond it */
    SamplingTeacher(Generator generator, Tokenizer tokenizer, Sampling sampling, int maxLength) {
        this.generator = generator;
        this.tokenizer = tokenizer;
        this.encoder = Lengths.encoder(tokenizer);
        this.sampling = sampling;
        this.maxLength = maxLength;
    }

    @Override
    public void ask(List<Request> batch, Consumer<List<Answer>> answered, IntConsumer tick) {
        List<Generator.Request> prompts = batch.stream()
                .map(request ->
                        new Generator.Request(encoder.prompt(request.question().prompt()), key(request)))
                .toList();
        int shortest = prompts.stream()
                .mapToInt(prompt -> prompt.prompt().length)
                .min()
                .orElseThrow();
        int room = Math.max(1, Math.min(sampling.maxTokens(), maxLength - shortest));
        var limited = new Sampling(sampling.temperature(), room, sampling.ends(), sampling.seed());
        List<int[]> made = generator.generate(prompts, limited, tick);
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            answers.add(answer(batch.get(i), prompts.get(i).prompt().length, made.get(i)));
        }
        answered.accept(answers);
    }

    /** The draws of an answer are its own, whatever is sampled beside it. */
    static long key(Request request) {
        return Fingerprint.of(request.question().prompt(), "sample " + request.sample());
    }

    private Answer answer(Request request, int promptTokens, int[] tokens) {
        boolean ended = tokens.length > 0 && sampling.ends().contains(tokens[tokens.length - 1]);
        int[] said = ended ? Arrays.copyOf(tokens, tokens.length - 1) : tokens;
        return new Answer(
                request.question().id(), request.sample(), tokenizer.decode(said), ended, promptTokens, tokens.length);
    }
}
