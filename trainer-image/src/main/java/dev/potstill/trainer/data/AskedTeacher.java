package dev.potstill.trainer.data;

import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.endpoint.Chat;
import dev.potstill.trainer.endpoint.Chat.Asked;
import dev.potstill.trainer.endpoint.Chat.Said;
import dev.potstill.trainer.endpoint.Scorer;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.run.Draws;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.train.TrainingSet;
import java.util.List;

/** A teacher at a server: it answers conversations by its own template, and its tokens are taken to be the student's. */
public final class AskedTeacher implements Respondent {
    private final Chat chat;
    private final Scorer scorer;
    private final Tokenizer tokenizer;

    /** @param scorer closed with this; the chat is its own */
    public AskedTeacher(Chat chat, Scorer scorer, Tokenizer tokenizer) {
        this.chat = chat;
        this.scorer = scorer;
        this.tokenizer = tokenizer;
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public boolean isQueue() {
        return true;
    }

    @Override
    public Asking asking(Sampling sampling, int maxLength) {
        ChatEncoder encoder = Lengths.encoder(tokenizer);
        return (requests, answered, tick) -> chat.answers(
                requests.stream()
                        .map(request -> asked(request, sampling, room(encoder, request, sampling, maxLength)))
                        .toList(),
                (i, said) -> {
                    answered.accept(List.of(answer(requests.get(i), said)));
                    tick.accept(said.tokens());
                });
    }

    private static int room(ChatEncoder encoder, Request request, Sampling sampling, int maxLength) {
        int prompt = encoder.prompt(request.question().prompt()).length;
        return Math.max(1, Math.min(sampling.maxTokens(), maxLength - prompt));
    }

    private static Asked asked(Request request, Sampling sampling, int room) {
        long draws = Draws.mixed(sampling.seed(), SamplingTeacher.key(request));
        // Servers differ in how long a seed may be; all take 31 bits.
        return new Asked(request.question().prompt(), sampling.temperature(), room, (int) (draws >>> 33));
    }

    /** What the server does not count counts as it was foreseen: no more can it have been. */
    private static Answer answer(Request request, Said said) {
        return new Answer(
                request.question().id(),
                request.sample(),
                said.text(),
                said.ended(),
                said.promptTokens() > 0
                        ? said.promptTokens()
                        : request.question().tokens(),
                said.tokens());
    }

    @Override
    public double[] losses(List<Encoded> rows) {
        return scorer.losses(new TrainingSet(rows));
    }

    @Override
    public void close() {
        scorer.close();
    }
}
