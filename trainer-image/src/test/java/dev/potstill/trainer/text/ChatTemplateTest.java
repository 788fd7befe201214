package dev.potstill.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.text.SpecialTokens.Token;
import dev.potstill.trainer.weights.Refused;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
    private static final List<Message> ASKED =
            List.of(new Message("system", "Be brief."), new Message("user", "Hi <b> & \"you\""));

    @Test
    void aModelWithoutATemplateSpeaksChatMl() {
        ChatTemplate chat = ChatTemplate.of(files(Optional.empty()));
        assertThat(chat.render(ASKED, true))
                .isEqualTo(
                        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi <b> & \"you\"<|im_end|>\n<|im_start|>assistant\n");
        assertThat(chat.render(ASKED, false)).endsWith("<|im_end|>\n");
    }

    @Test
    void specialTokensAndToolsAreVariables() {
        String template =
                "{{ bos_token }}{{ eos_token }}{{ pad_token }}{{ tools is none }}{{ documents is none }}{{ nothing is defined }}";
        assertThat(ChatTemplate.of(files(Optional.of(template))).render(ASKED, false))
                .isEqualTo("<s></s></s>TrueTrueFalse");
    }

    /** The day is fixed: the same conversation is the same tokens tomorrow. */
    @Test
    void theDateIsAlwaysTheSame() {
        String template =
                "{% if strftime_now is defined %}{{ strftime_now('%d %b %Y') }} {{ strftime_now('%Y-%m-%d') }} {{ strftime_now(\"%B %d, %Y\") }}{% endif %}";
        assertThat(ChatTemplate.of(files(Optional.of(template))).render(ASKED, false))
                .isEqualTo("26 Jul 2024 2024-07-26 July 26, 2024");
    }

    @Test
    void aTemplateThatRefusesTheConversationIsNamed() {
        ChatTemplate chat = ChatTemplate.of(
                files(
                        Optional.of(
                                "{% for m in messages %}\n{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% endfor %}")));
        Refused.message(() -> chat.render(ASKED, false))
                .contains("model/tokenizer.json", "line 2: System role not supported", "[system, user]");
    }

    @Test
    void aTemplateThatCannotBeReadIsNamed() {
        Refused.message(() -> ChatTemplate.of(files(Optional.of("{% if x"))))
                .contains("model/tokenizer.json", "line 1", "expected a Jinja chat template");
        Refused.message(() -> ChatTemplate.of(files(Optional.of("{% include 'other' %}"))))
                .contains("the tag 'include' is not supported");
    }

    private static TokenizerFiles files(Optional<String> template) {
        Token end = new Token(2, "</s>");
        return new TokenizerFiles(
                Path.of("model/tokenizer.json"),
                "{}",
                template,
                new SpecialTokens(Optional.of(new Token(1, "<s>")), List.of(end), Optional.of(end)));
    }
}
