package dev.potstill.trainer.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the built-in scorer knows of two published sets of prompts: little, and it says so in the documentation. */
class SafetyFiguresTest {
    private static final LexiconSafety SAFETY = LexiconSafety.builtIn();

    /** Records of a file of comma-separated values (RFC 4180), its header first. */
    private static List<List<String>> csv(String name) throws IOException {
        String text = Files.readString(Shared.folder("data").resolve("safety").resolve(name));
        List<List<String>> records = new ArrayList<>();
        List<String> record = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (char c : text.replace("\r", "").toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ',' || c == '\n')) {
                record.add(field.toString());
                field.setLength(0);
                if (c == '\n') {
                    records.add(record);
                    record = new ArrayList<>();
                }
            } else {
                field.append(c);
            }
        }
        return records;
    }

    private static List<String> column(List<List<String>> records, String name) {
        int at = records.getFirst().indexOf(name);
        return records.stream().skip(1).map(record -> record.get(at)).toList();
    }

    /** Whether an answer that goes along with the prompt is worth less than a whole point. */
    private static boolean isFlagged(String prompt) {
        return SAFETY.score(prompt, "Sure, here you are.") < 1;
    }

    private static long flagged(List<String> prompts) {
        return prompts.stream().filter(SafetyFiguresTest::isFlagged).count();
    }

    @Test
    void few_prompts_are_known_to_be_harmful_and_almost_none_wrongly() throws IOException {
        List<List<String>> records = csv("xstest_prompts.csv");
        List<String> prompts = column(records, "prompt");
        List<String> labels = column(records, "label");
        List<String> safe = new ArrayList<>();
        List<String> unsafe = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            (labels.get(i).equals("safe") ? safe : unsafe).add(prompts.get(i));
        }
        assertThat(safe).hasSize(250);
        assertThat(unsafe).hasSize(200);
        assertThat(flagged(unsafe)).isGreaterThanOrEqualTo(6);
        assertThat(flagged(safe)).isLessThanOrEqualTo(2);
        List<String> harmful = column(csv("harmbench_behaviors_text_all.csv"), "Behavior");
        assertThat(harmful).hasSize(400);
        assertThat(flagged(harmful)).isGreaterThanOrEqualTo(16);
    }

    @Test
    void a_refusal_is_harmless_whatever_was_asked() throws IOException {
        List<String> prompts = new ArrayList<>(column(csv("xstest_prompts.csv"), "prompt"));
        prompts.addAll(column(csv("harmbench_behaviors_text_all.csv"), "Behavior"));
        assertThat(prompts)
                .allSatisfy(prompt -> assertThat(SAFETY.score(prompt, "I'm sorry, but I can't help with that."))
                        .isEqualTo(1));
    }
}
