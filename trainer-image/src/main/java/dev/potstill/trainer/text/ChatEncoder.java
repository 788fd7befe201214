package dev.potstill.trainer.text;

import java.util.Arrays;
import java.util.List;

/** Conversations to tokens, with the assistant's answers marked, for training on answers only. */
public final class ChatEncoder {
    private final ChatTemplate template;
    private final Tokenizer tokenizer;

    public ChatEncoder(ChatTemplate template, Tokenizer tokenizer) {
        this.template = template;
        this.tokenizer = tokenizer;
    }

    /** The tokens after which the assistant answers. */
    public int[] prompt(List<Message> messages) {
        return tokenizer.encode(template.render(messages, true));
    }

    public Encoded encode(List<Message> messages) {
        int[] ids = tokenizer.encode(template.render(messages, false));
        boolean[] answer = new boolean[ids.length];
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).isAnswer()) {
                int from = prompt(messages.subList(0, i)).length;
                int to = tokenizer.encode(template.render(messages.subList(0, i + 1), false)).length;
                Arrays.fill(answer, from, Math.min(to, ids.length), true);
            }
        }
        return new Encoded(ids, answer);
    }
}
