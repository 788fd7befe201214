package dev.potstill.trainer.text;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.text.jinja.JinjaException;
import dev.potstill.trainer.text.jinja.Template;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A conversation as the text a model was trained on. Safe for several threads. */
public final class ChatTemplate {
    /** What a model without a template is taught: the ChatML form. */
    public static final String CHATML = """
            {% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}\
            {% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}""";

    /** The day for templates that write the date: always the same, as the same conversation must be the same tokens tomorrow. */
    private static final LocalDate DAY = LocalDate.of(2024, 7, 26);

    private final Path origin;
    private final Template template;
    private final Map<String, Object> specialTokens = new HashMap<>();

    private ChatTemplate(Path origin, Template template) {
        this.origin = origin;
        this.template = template;
    }

    /** The model's own template, or {@link #CHATML}; a {@link Problem} where it cannot be read. */
    public static ChatTemplate of(TokenizerFiles files) {
        try {
            ChatTemplate chat = new ChatTemplate(
                    files.origin(), Template.parse(files.chatTemplate().orElse(CHATML)));
            SpecialTokens special = files.special();
            special.bos().ifPresent(token -> chat.specialTokens.put("bos_token", token.text()));
            special.pad().ifPresent(token -> chat.specialTokens.put("pad_token", token.text()));
            special.eos().stream().findFirst().ifPresent(token -> chat.specialTokens.put("eos_token", token.text()));
            return chat;
        } catch (JinjaException e) {
            throw Problem.rejected("%s: its chat template cannot be read, %s; expected a Jinja chat template"
                    .formatted(files.origin(), e.getMessage()));
        }
    }

    /**
     * The text of a conversation; a {@link Problem} where the template does not take it, such as for a role that it does not know.
     *
     * @param addGenerationPrompt whether the text ends where the assistant's next answer begins
     */
    public String render(List<Message> messages, boolean addGenerationPrompt) {
        Map<String, Object> variables = new HashMap<>(specialTokens);
        variables.put("messages", messages.stream().map(ChatTemplate::variables).toList());
        variables.put("add_generation_prompt", addGenerationPrompt);
        variables.put("tools", Optional.empty());
        variables.put("documents", Optional.empty());
        try {
            return template.render(variables, Map.of("strftime_now", format -> date(format.getFirst())));
        } catch (JinjaException e) {
            throw Problem.rejected("%s: its chat template fails, %s; expected it to take a conversation of %s"
                    .formatted(
                            origin,
                            e.getMessage(),
                            messages.stream().map(Message::role).toList()));
        }
    }

    private static Map<String, Object> variables(Message message) {
        return Map.of("role", message.role(), "content", message.content());
    }

    private static String date(String format) {
        String pattern = format.replace("%Y", "yyyy")
                .replace("%d", "dd")
                .replace("%m", "MM")
                .replace("%b", "MMM")
                .replace("%B", "MMMM")
                .replace("%A", "EEEE");
        return DAY.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
    }
}
