package dev.potstill.trainer.evaluation;

import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.ChatTemplate;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.text.Vocabulary;

/**
 * A model that is scored.
 *
 * @param name Start, Teacher, or the stage that made it
 */
public record Subject(String name, LanguageModel model, Tokenizer tokenizer) {
    public static final String START = "Start";
    public static final String TEACHER = "Teacher";

    ChatEncoder encoder() {
        return new ChatEncoder(ChatTemplate.of(tokenizer.files()), tokenizer);
    }

    Vocabulary vocabulary() {
        return Vocabulary.of(tokenizer.files().origin(), tokenizer.files().tokenizerJson());
    }
}
