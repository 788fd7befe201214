package dev.potstill.trainer.data.clean;

import com.carrotsearch.labs.langid.LangIdV3;
import dev.potstill.trainer.text.Message;
import java.util.List;
import java.util.Optional;

/**
 * Which language a conversation is in, as a code of ISO 639-1: langid's model of 97 languages (Lui and Baldwin 2012) on the start of
 * what was last asked. Reused from text to text, by one thread.
 */
public final class Languages {
    /** What no letter tells the language of. */
    public static final String UNKNOWN = "und";

    /** Characters that tell a language. */
    private static final int ENOUGH = 120;

    /** With fewer letters than this in the question, the answer is looked at too. */
    private static final int FEW = 24;

    private final LangIdV3 model = new LangIdV3();

    public String of(List<Message> prompt, Optional<String> answer) {
        var text = new StringBuilder(ENOUGH);
        int letters = take(prompt.getLast().content(), text);
        if (letters < FEW && answer.isPresent()) {
            letters += take(answer.get(), text.append('\n'));
        }
        if (letters == 0) {
            return UNKNOWN;
        }
        model.reset();
        model.append(text);
        return model.classify(false).getLangCode();
    }

    /** The letters and spaces at the start of a text, up to what is enough; code is no language. Returns how many letters. */
    private static int take(String from, StringBuilder into) {
        int letters = 0;
        boolean code = false;
        for (int i = 0; i < from.length() && into.length() < ENOUGH; i++) {
            char c = from.charAt(i);
            if (c == '`' && from.startsWith("```", i)) {
                code = !code;
                i += 2;
            } else if (!code) {
                boolean letter = c < 0x80
                        ? c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
                        : Character.isLetter(c) || Character.isSurrogate(c);
                letters += letter ? 1 : 0;
                into.append(c);
            }
        }
        return letters;
    }
}
