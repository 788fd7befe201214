package dev.potstill.trainer.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.RenderResult;
import dev.potstill.contract.Problem;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A conversation as the text a model was trained on. */
public final class ChatTemplate {
    /** What a model without a template is taught: the ChatML form. */
    public static final String CHATML = """
            {% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}\
            {% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}""";

    private final Path origin;
    private final String template;
    private final SpecialTokens special;
    private final Jinjava jinja = new Jinjava(JinjavaConfig.newBuilder()
            .withTrimBlocks(true)
            .withLstripBlocks(true)
            .build());

    private ChatTemplate(Path origin, String template, SpecialTokens special) {
        this.origin = origin;
        this.template = template;
        this.special = special;
    }

    public static ChatTemplate of(TokenizerFiles files) {
        return new ChatTemplate(files.origin(), files.chatTemplate().orElse(CHATML), files.special());
    }

    /**
     * @param addGenerationPrompt whether the text ends where the assistant's next answer begins
     */
    public String render(List<Message> messages, boolean addGenerationPrompt) {
        Map<String, Object> variables = new HashMap<>();
        variables.put(
                "messages",
                messages.stream()
                        .map(m -> Map.of("role", m.role(), "content", m.content()))
                        .toList());
        variables.put("add_generation_prompt", addGenerationPrompt);
        special.bos().ifPresent(token -> variables.put("bos_token", token.text()));
        special.eos().stream().findFirst().ifPresent(token -> variables.put("eos_token", token.text()));
        RenderResult result = jinja.renderForResult(template, variables);
        if (result.hasErrors()) {
            throw Problem.rejected("%s: its chat template fails (%s)"
                    .formatted(origin, result.getErrors().getFirst().getMessage()));
        }
        return result.getOutput();
    }
}
