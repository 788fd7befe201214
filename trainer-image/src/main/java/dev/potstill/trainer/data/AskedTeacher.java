package dev.potstill.trainer.data;

import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.data.SamplingTeacher.Answer;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

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

    /** The server's own affair. */
    @Override
    public int places() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Asking asking(Sampling sampling, int maxLength) {
        ChatEncoder encoder = Lengths.encoder(tokenizer);
        return (batch, tick) -> {
            List<Asked> asked = batch.stream()
                    .map(request -> asked(request, sampling, room(encoder, request, sampling, maxLength)))
                    .toList();
            return answers(batch, chat.answers(asked), tick);
        };
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

    private static List<Answer> answers(List<Request> batch, List<Said> said, IntConsumer tick) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Request request = batch.get(i);
            answers.add(new Answer(
                    request.question().id(),
                    request.sample(),
                    said.get(i).text(),
                    said.get(i).ended()));
            tick.accept(said.get(i).tokens());
        }
        return answers;
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
