package dev.potstill.trainer.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.potstill.trainer.text.ChatTemplate;
import dev.potstill.trainer.text.Message;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WordProblemTokenizerTest {
    private static final WordProblems PROBLEMS = new WordProblems(7);
    private static final int UNKNOWN = WordProblemTokenizer.tokens().indexOf("<unk>");
    private static HuggingFaceTokenizer tokenizer;

    @BeforeAll
    static void load() throws IOException {
        var json = WordProblemTokenizer.tokenizerJson().getBytes(StandardCharsets.UTF_8);
        tokenizer = HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), Map.of());
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void every_row_comes_back_from_its_tokens_and_is_short_enough() {
        LongStream.range(0, 5_000).mapToObj(PROBLEMS::train).forEach(problem -> {
            var row = "<bos>" + problem.prompt() + "<sep>" + problem.reasoning() + "<eos>";
            var ids = tokenizer.encode(row, false, false).getIds();
            assertThat(ids).doesNotContain(UNKNOWN).hasSizeLessThanOrEqualTo(WordProblems.MAX_TOKENS);
            assertThat(tokenizer.decode(ids, false)).isEqualTo(row);
            assertThat(tokenizer.decode(ids, true)).isEqualTo(problem.prompt() + problem.reasoning());
        });
    }

    @Test
    void a_number_is_spelt_digit_by_digit() {
        assertThat(tokenizer.encode("Tom has 12 apples.", false, false).getTokens())
                .containsExactly("Tom", " has", " ", "1", "2", " apples", ".");
    }

    @Test
    void a_word_outside_the_vocabulary_is_one_unknown_token() {
        assertThat(tokenizer.encode(" zebras", false, false).getIds()).containsExactly(UNKNOWN);
    }

    @Test
    void encoding_adds_no_token_of_its_own() {
        assertThat(tokenizer.encode("= 10").getTokens()).containsExactly("=", " ", "1", "0");
    }

    @Test
    void the_chat_template_lays_out_a_row() {
        var files = new TokenizerFiles(
                Path.of("tokenizer.json"),
                WordProblemTokenizer.tokenizerJson(),
                Optional.of(WordProblemTokenizer.chatTemplate()),
                SpecialTokens.NONE);
        var chat = List.of(new Message("user", "Tom has 12 apples."), new Message("assistant", "= 12"));
        assertThat(ChatTemplate.of(files).render(chat, false)).isEqualTo("<bos>Tom has 12 apples.<sep>= 12<eos>");
        assertThat(ChatTemplate.of(files).render(chat.subList(0, 1), true)).isEqualTo("<bos>Tom has 12 apples.<sep>");
    }
}
