package dev.potstill.trainer.data;

import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.ChatTemplate;
import dev.potstill.trainer.text.Message;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.text.TokenizerFiles;
import java.util.List;
import java.util.Optional;

/** How long a conversation is in tokens: to the teacher or to the student, whichever needs more. */
final class Lengths {
    private final ChatEncoder teacher;
    private final Optional<ChatEncoder> student;

    Lengths(Tokenizer teacher, Tokenizer student) {
        this.teacher = encoder(teacher);
        this.student = same(teacher.files(), student.files()) ? Optional.empty() : Optional.of(encoder(student));
    }

    static ChatEncoder encoder(Tokenizer tokenizer) {
        return new ChatEncoder(ChatTemplate.of(tokenizer.files()), tokenizer);
    }

    private static boolean same(TokenizerFiles one, TokenizerFiles other) {
        return one.tokenizerJson().equals(other.tokenizerJson())
                && one.chatTemplate().equals(other.chatTemplate());
    }

    /** Whether a prompt has fewer tokens than so many, which is seen without counting them: no token stands for less than a character. */
    boolean isBelow(List<Message> prompt, int tokens) {
        return teacher.isBelow(prompt, tokens)
                && student.map(encoder -> encoder.isBelow(prompt, tokens)).orElse(true);
    }

    int ofPrompt(List<Message> prompt) {
        int tokens = teacher.prompt(prompt).length;
        return student.map(encoder -> Math.max(tokens, encoder.prompt(prompt).length))
                .orElse(tokens);
    }

    int of(List<Message> conversation) {
        int tokens = teacher.encode(conversation).ids().length;
        return student.map(
                        encoder -> Math.max(tokens, encoder.encode(conversation).ids().length))
                .orElse(tokens);
    }
}
