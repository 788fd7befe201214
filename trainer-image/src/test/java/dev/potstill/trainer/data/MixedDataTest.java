package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.contract.DataCard;
import dev.potstill.trainer.ParrotLlama;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.data.DataBench.Result;
import dev.potstill.trainer.data.Row.Grade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of two teachers, and of two languages, from the stage as a whole. */
class MixedDataTest {
    private static final String ANY = "filter: {reasoning: Any}";

    @TempDir
    private Path folder;

    private DataBench bench;

    @BeforeEach
    void setUp() {
        bench = new DataBench(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Complexity", "Perplexity"})
    void each_teacher_answers_its_exact_share_of_the_prompts_and_the_card_tells_of_both(String policy)
            throws IOException {
        ParrotLlama.save(folder.resolve("teacher"), "=", " ", "5");
        ParrotLlama.save(folder.resolve("big"), "=", " ", "8");
        bench.file(
                "prompts.jsonl",
                IntStream.range(0, 101)
                        .mapToObj(i -> "{\"prompt\": \"%sTom has %d apples.\"}"
                                .formatted("He sells 3 each day, if he has at least 4. ".repeat(i % 3), i))
                        .toArray(String[]::new));
        Result result = bench.source("prompts.jsonl", "PromptJsonl")
                .teacher("big")
                .data(
                        ANY,
                        "augmentation: {samplesPerPrompt: 1, temperature: \"0\", maxTokens: 8}",
                        "heldOut: {percent: 1}")
                .spec("routing: {policy: %s, easy: tiny, hard: big, hardPercent: 30}".formatted(policy))
                .run();

        List<Row> rows = result.rows(DataFiles.TRAIN);
        assertThat(rows)
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.messages().getLast().content())
                        .isEqualTo("big".equals(row.teacher()) ? "= 8" : "= 5"));
        List<Route> routes;
        try (var lines = JsonLines.read(result.out().resolve(DataFiles.ROUTES), Route.class)) {
            routes = lines.toList();
        }
        assertThat(routes).hasSize(101);
        assertThat(routes).filteredOn(route -> route.teacher().equals("big")).hasSize(30);
        double hardestEasy = routes.stream()
                .filter(route -> route.teacher().equals("tiny"))
                .mapToDouble(Route::hardness)
                .max()
                .orElseThrow();
        assertThat(routes)
                .filteredOn(route -> route.teacher().equals("big"))
                .allMatch(route -> route.hardness() >= hardestEasy);
        DataCard card = result.card();
        assertThat(card.teachers()).extracting(DataCard.Teacher::answers).containsExactly(71L, 30L);
        assertThat(card.teachers()).extracting(DataCard.Teacher::answerTokens).containsExactly(71L * 4, 30L * 4);
    }

    private Result mixed(String method) throws IOException {
        TinyLlama.SMALL.save(folder.resolve("teacher"), 3);
        List<String> chats = new ArrayList<>();
        for (int i = 0; i < 190; i++) {
            chats.add(
                    "{\"question\": \"How many books does Sam have in the end, when he had %d of them before?\", \"answer\": \"%d+1=%d\"}"
                            .formatted(i, i, i + 1));
        }
        for (int i = 0; i < 13; i++) {
            chats.add(
                    "{\"question\": \"Combien de livres reste-t-il dans la bibliothèque quand il y en avait %d hier soir?\", \"answer\": \"%d+2=%d\"}"
                            .formatted(i, i, i + 2));
        }
        bench.file("chats.jsonl", chats.toArray(String[]::new));
        return bench.source("chats.jsonl", "ChatJsonl")
                .data(
                        ANY,
                        "augmentation: {samplesPerPrompt: 0}",
                        "heldOut: {percent: 1}",
                        "languages: {nonEnglishPercent: 20, method: %s}".formatted(method))
                .spec("training: {maxLength: 256}")
                .run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DownsampleEnglish", "RepeatOthers"})
    void no_row_is_lost_on_the_card(String method) throws IOException {
        assertThat(mixed(method).steps()).hasSize(4);
    }

    private static void assertShares(List<Row> rows) {
        long others = rows.stream().filter(row -> !"en".equals(row.language())).count();
        assertThat(5 * others).isGreaterThanOrEqualTo(rows.size());
        assertThat(5 * (others - 1)).isLessThan(rows.size());
        assertThat((double)
                        rows.stream().filter(row -> row.grade() == Grade.Base).count())
                .isBetween(0.6 * rows.size() - 1, 0.6 * rows.size() + 1);
        assertThat(rows).extracting(Row::id).doesNotHaveDuplicates();
    }

    @Test
    void english_rows_are_left_out_until_the_others_have_their_share() throws IOException {
        Result result = mixed("DownsampleEnglish");
        List<Row> rows = result.rows(DataFiles.TRAIN);
        assertShares(rows);
        assertThat(result.count("rows.kept")).isEqualTo(rows.size());
        assertThat(result.count("rows.fromSource")).isEqualTo(rows.size() + result.count("dropped.english"));
        DataCard card = result.card();
        assertThat(card.languages().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(rows.size());
        assertThat(card.languages()).containsKeys("en", "fr");
    }

    @Test
    void or_the_others_are_repeated_and_the_same_input_makes_the_same_bytes() throws IOException {
        Result result = mixed("RepeatOthers");
        List<Row> rows = result.rows(DataFiles.TRAIN);
        assertShares(rows);
        assertThat(result.count("rows.fromSource")).isLessThan(rows.size());
        Set<List<?>> different = rows.stream().map(Row::messages).collect(Collectors.toSet());
        assertThat(different).hasSize((int) result.count("rows.fromSource"));
        Result again = bench.run(folder.resolve("again"));
        try (var files = Files.list(result.out())) {
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(again.out().resolve(file.getFileName())).hasSameBinaryContentAs(file));
        }
    }
}
