package dev.potstill.trainer.data.clean;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Json;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguagesTest {
    private final Languages languages = new Languages();

    private String of(String question) {
        return languages.of(List.of(new Message("user", question)), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "en", "es", "fr", "zh"})
    void questions_of_mgsm_are_told_by_their_language(String language) throws IOException {
        Path file = Shared.folder("data").resolve("mgsm/mgsm_%s.tsv".formatted(language));
        List<String> questions = Files.readAllLines(file);
        long right = questions.stream()
                .filter(line -> of(line.split("\t")[0]).equals(language))
                .count();
        assertThat(right).isGreaterThanOrEqualTo(questions.size() * 99L / 100);
    }

    @Test
    void english_mathematics_is_english() throws IOException {
        List<String> lines = Files.readAllLines(Shared.folder("data").resolve("gsm8k/train.jsonl"));
        long other = 0;
        for (String line : lines.subList(0, 2000)) {
            other += of(Json.parse(line, JsonNode.class).path("question").asText())
                            .equals("en")
                    ? 0
                    : 1;
        }
        assertThat(other).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bn | জ্যানেটের হাঁস প্রতিদিন 16টি ডিম পাড়ে। তিনি প্রতিদিন সকালে তিনটি খান।
            ja | ジャネットのアヒルは1日に16個の卵を産みます。毎朝3個を朝食に食べます。
            ru | Утки Джанет откладывают 16 яиц в день. Каждое утро она съедает три яйца.
            sw | Bata wa Janet hutaga mayai 16 kwa siku. Yeye hula matatu kwa kiamsha kinywa kila asubuhi.
            te | జానెట్ యొక్క బాతులు రోజుకు 16 గుడ్లు పెడతాయి. ఆమె ప్రతి ఉదయం మూడు తింటుంది.
            th | เป็ดของเจเน็ตวางไข่ 16 ฟองต่อวัน เธอกินสามฟองเป็นอาหารเช้าทุกเช้า
            it | Le anatre di Janet depongono 16 uova al giorno. Ne mangia tre a colazione ogni mattina.
            en | Let x = 3. Then 2x + 4 = 10, so x^2 - 9 = 0 and f(x) = \\frac{1}{2}.
            en | Solve for x: 3x - 7 = 11.
            """)
    void other_languages_and_formulas_are_told_too(String language, String text) {
        assertThat(of(text)).isEqualTo(language);
    }

    @Test
    void code_is_not_looked_at_and_numbers_alone_are_of_no_language() {
        assertThat(
                        of(
                                "```\nwhile True: break the loop and return the value\n``` Was macht dieses Programm, und warum endet es sofort?"))
                .isEqualTo("de");
        assertThat(of("12 + 30 = ?")).isEqualTo(Languages.UNKNOWN);
        assertThat(languages.of(
                        List.of(new Message("user", "12 + 30 = ?")),
                        Optional.of("Die Summe der beiden Zahlen ist zweiundvierzig.")))
                .isEqualTo("de");
    }
}
