package dev.potstill.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChatEncoderTest {
    /** Each turn as {@code [role:content<end>]}; the prompt ends in {@code [assistant:}. */
    private static final String PLAIN =
            "{% for m in messages %}[{{ m.role }}:{{ m.content }}<end>]{% endfor %}{% if add_generation_prompt %}[assistant:{% endif %}";

    private static final Message ASK = new Message("user", "q");
    private static final Message ANSWER = new Message("assistant", "yes");

    @Test
    void onlyAnswersAndTheirEndsAreMarked() {
        assertAnswers(
                ByteTokens.of("<end>").chat(PLAIN),
                List.of(ASK, ANSWER),
                "[user:q<end>][assistant:yes<end>]",
                "yes<end>");
    }

    @Test
    void everyAnswerOfAConversationIsMarked() {
        assertAnswers(
                ByteTokens.of("<end>").chat(PLAIN),
                List.of(ASK, ANSWER, ASK, new Message("assistant", "no")),
                "[user:q<end>][assistant:yes<end>][user:q<end>][assistant:no<end>]",
                "yes<end>no<end>");
    }

    @Test
    void aConversationWithoutAnswersHasNoMarks() {
        assertAnswers(ByteTokens.of("<end>").chat(PLAIN), List.of(ASK), "[user:q<end>]", "");
    }

    @Test
    void thePromptIsWhatTheAnswerFollows() {
        try (Tokenizer tokenizer =
                Tokenizer.open(ByteTokens.of("<end>").chat(PLAIN).files())) {
            ChatEncoder encoder = new ChatEncoder(ChatTemplate.of(tokenizer.files()), tokenizer);
            int[] prompt = encoder.prompt(List.of(ASK));
            int[] whole = encoder.encode(List.of(ASK, ANSWER)).ids();
            assertThat(tokenizer.decode(prompt, false)).isEqualTo("[user:q<end>][assistant:");
            assertThat(Arrays.copyOf(whole, prompt.length)).isEqualTo(prompt);
        }
    }

    /** ":y" would be one token across the border; the model is asked with ":" alone, so it is taught so. */
    @Test
    void aTokenAcrossTheBorderIsSplit() {
        ByteTokens tokens = ByteTokens.of("<end>").chat(PLAIN).merging(": y");
        assertAnswers(tokens, List.of(ASK, ANSWER), "[user:q<end>][assistant:yes<end>]", "yes<end>");
        try (Tokenizer tokenizer = Tokenizer.open(tokens.files())) {
            ChatEncoder encoder = new ChatEncoder(ChatTemplate.of(tokenizer.files()), tokenizer);
            assertThat(encoder.encode(List.of(ASK, ANSWER)).ids()).startsWith(encoder.prompt(List.of(ASK)));
            assertThat(tokenizer.encode("[assistant:yes")).hasSize(13);
        }
    }

    /** Reasoning models' templates leave the thoughts out of what was said, and begin the next answer with a thought. */
    @Test
    void thoughtsThatTheTemplateDropsAreKeptInTheLastAnswer() {
        String dropping = "{% for m in messages %}[{{ m.role }}:{{ m.content.split('</think>')[-1] }}<end>]{% endfor %}"
                + "{% if add_generation_prompt %}[assistant:<think>{% endif %}";
        Message thought = new Message("assistant", "<think>hm</think>yes");
        assertAnswers(
                ByteTokens.of("<end>").chat(dropping),
                List.of(ASK, thought),
                "[user:q<end>][assistant:<think>hm</think>yes<end>",
                "hm</think>yes<end>");
        assertAnswers(
                ByteTokens.of("<end>").chat(dropping),
                List.of(ASK, thought, ASK, thought),
                "[user:q<end>][assistant:yes<end>][user:q<end>][assistant:<think>hm</think>yes<end>",
                "hm</think>yes<end>");
    }

    /** Some templates keep the thoughts of the last answer only: then the earlier one is not what the model once said. */
    @Test
    void anEarlierAnswerThatTheTemplateChangesIsNotMarked() {
        String last =
                "{% for m in messages %}[{{ m.role }}:{{ m.content if loop.last else m.content.split('</think>')[-1] }}<end>]{% endfor %}"
                        + "{% if add_generation_prompt %}[assistant:{% endif %}";
        Message thought = new Message("assistant", "<think>hm</think>yes");
        assertAnswers(
                ByteTokens.of("<end>").chat(last),
                List.of(ASK, thought, ASK, thought),
                "[user:q<end>][assistant:yes<end>][user:q<end>][assistant:<think>hm</think>yes<end>]",
                "<think>hm</think>yes<end>");
    }

    @Test
    void anAnswerThatTheTemplateDoesNotEndIsEnded() {
        String open =
                "{% for m in messages %}{{ m.role }}:{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";
        assertAnswers(
                ByteTokens.of("<end>").chat(open), List.of(ASK, ANSWER), "user:q\nassistant:yes\n<end>", "yes\n<end>");
    }

    @Test
    void whiteSpaceThatTheTemplateTrimsDoesNotMatter() {
        String trimming = PLAIN.replace("m.content", "m.content|trim");
        assertAnswers(
                ByteTokens.of("<end>").chat(trimming),
                List.of(ASK, new Message("assistant", "  a  b\n")),
                "[user:q<end>][assistant:a  b<end>]",
                "a  b<end>");
    }

    private static void assertAnswers(ByteTokens tokens, List<Message> messages, String whole, String answers) {
        try (Tokenizer tokenizer = Tokenizer.open(tokens.files())) {
            Encoded encoded = new ChatEncoder(ChatTemplate.of(tokenizer.files()), tokenizer).encode(messages);
            assertThat(tokenizer.decode(encoded.ids(), false)).isEqualTo(whole);
            int[] marked = IntStream.range(0, encoded.ids().length)
                    .filter(i -> encoded.answer()[i])
                    .map(i -> encoded.ids()[i])
                    .toArray();
            assertThat(tokenizer.decode(marked, false)).isEqualTo(answers);
            assertThat(encoded.answerTokens()).isEqualTo(marked.length);
        }
    }
}
