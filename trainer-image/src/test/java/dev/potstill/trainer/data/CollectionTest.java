package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.text.TokenizerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectionTest {
    private static final String REASONING = "First we count: 3+4=7. Then we double it: 7*2=14. #### 14";

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void open() {
        tokenizer = Tokenizer.open(
                new TokenizerFiles(folder, WordProblemTokenizer.tokenizerJson(), Optional.empty(), SpecialTokens.NONE));
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private DistillationRunSpec spec(String sources, String... data) throws IOException {
        return TinySpec.of(
                folder,
                "data:",
                "  sources: [%s]".formatted(sources),
                "  augmentation: {samplesPerPrompt: 0}",
                "  redact: [Email, Phone, Secret]",
                String.join("\n", data).indent(2));
    }

    private Collection collection(DistillationRunSpec spec, String workspace) {
        var progress = new ProgressBoard(Stage.Data, System::nanoTime);
        var stop = new StopSignal();
        var steps = new Steps(folder.resolve(workspace), new Worker(Shard.WHOLE, stop::pause), progress);
        return new Collection(spec, new Lengths(tokenizer, tokenizer), steps, progress, stop);
    }

    private Phase collect(DistillationRunSpec spec, String workspace) {
        return collection(spec, workspace).collect();
    }

    private static List<JsonNode> rows(Path file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            rows.add(Json.parse(line, JsonNode.class));
        }
        return rows;
    }

    private static String chat(String question, String answer) {
        return Json.compact(Map.of("question", question, "answer", answer));
    }

    @Test
    void tests_are_run_as_they_came_or_not_at_all() throws IOException {
        String plain = "assert f('a') == ['a', 1]";
        String personal = "assert f('Joe <joe@corp.com>') == 'joe@corp.com'";
        Files.write(
                folder.resolve("prompts.jsonl"),
                List.of(
                        Json.compact(Map.of("prompt", "Write f, and mail me at a@b.com.", "test", plain)),
                        Json.compact(Map.of("prompt", "Write f, which finds an address.", "test", personal))));
        DistillationRunSpec spec = spec("{uri: prompts.jsonl, format: PromptJsonl}");
        Phase phase = collect(spec, "workspace");
        assertThat(rows(phase.file(DataFiles.FILTERED)))
                .extracting(row -> row.path("became").asText())
                .containsExactly("kept", "personalTests");
        assertThat(phase.tally().dropped()).containsEntry("personalTests", 1L);
        assertThat(phase.counts()).containsEntry("redacted.Email", 1L);
    }

    @Test
    void each_row_is_told_by_its_line_with_what_became_of_it_and_why() throws IOException {
        String words =
                "the quick brown fox jumps over many lazy dogs while nobody counts how often it has done so before today because "
                        + "that would take far too long and nobody would learn anything from it anyway so they let it be as it was in the old days";
        Files.write(
                folder.resolve("chats.jsonl"),
                List.of(
                        chat("Mail me at a@b.com: what is 3+4, doubled?", REASONING),
                        "",
                        "{\"question\": \"torn",
                        chat("Mail me at c@d.com: what is 3+4, doubled?", REASONING),
                        chat("Tell me a story?", "So it begins: " + words + " then. Therefore the answer is 5."),
                        chat("Tell me a story?", "So it begins: " + words + " then! Therefore, the answer is 5."),
                        chat("Tell me a story?", "So it begins: " + words + " then. Therefore the answer is 6."),
                        chat("What is left?", "First we take 3+4=7, then we multiply by the"),
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"What is 3+4?\"}, {\"role\": \"assistant\", \"content\":"
                                + " \"First, 3+4=8. Then we are done, so the answer is 8.\"}], \"reference\": \"7\"}",
                        chat("Wer hat denn heute die ganzen Blumen gekauft, und warum?", REASONING)));
        Phase collected = collect(spec("{uri: chats.jsonl}", "filter: {maxMalformedPercent: 20}"), "one");

        assertThat(rows(collected.file(DataFiles.FILTERED)))
                .extracting(row ->
                        row.path("line").asInt() + " " + row.path("became").asText())
                .containsExactly(
                        "1 kept",
                        "4 duplicate",
                        "5 kept",
                        "6 nearDuplicate",
                        "7 kept",
                        "8 truncatedAnswer",
                        "9 wrongAnswer",
                        "10 kept");
        List<JsonNode> filtered = rows(collected.file(DataFiles.FILTERED));
        assertThat(filtered.get(1).path("of").asText())
                .isEqualTo(filtered.get(0).path("id").asText());
        assertThat(filtered.get(6).path("verified").asBoolean(true)).isFalse();
        assertThat(filtered.get(7).path("language").asText()).isEqualTo("de");
        assertThat(filtered.get(0).path("kind").asText()).isEqualTo("Derivation");
        assertThat(filtered.get(0).path("features").path("equations").asInt()).isEqualTo(2);
        assertThat(rows(collected.file(DataFiles.QUARANTINE)))
                .hasSize(1)
                .first()
                .satisfies(row -> {
                    assertThat(row.path("line").asInt()).isEqualTo(3);
                    assertThat(row.path("file").asText()).isEqualTo("chats.jsonl");
                    assertThat(row.path("what").asText()).startsWith("found no JSON object");
                });
        assertThat(collected.counts())
                .containsEntry("rows.read", 8L)
                .containsEntry("rows.malformed", 1L)
                .containsEntry("rows.collected", 4L)
                .containsEntry("redacted.Email", 2L)
                .containsEntry("language.de", 1L)
                .containsEntry("prompts.distinct", 3L);
        String questions = Files.readString(collected.file(Collection.QUESTIONS));
        assertThat(questions).contains("[EMAIL]").doesNotContain("a@b.com");
        try (Stream<Question> read = JsonLines.read(collected.file(Collection.QUESTIONS), Question.class)) {
            assertThat(read.map(Question::first)).containsExactly(true, true, false, true);
        }
        // Nothing that was masked is left anywhere.
        try (Stream<Path> files = Files.walk(folder.resolve("one"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(file -> !file.toString().endsWith(".parquet")))
                    .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain("a@b.com"));
        }
    }

    /** Rows with everything that can be wrong with them, over several files. */
    private void manyRows() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        var draws = new Random(3);
        for (int file = 0; file < 5; file++) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                int known = draws.nextInt(900);
                lines.add(
                        draws.nextInt(200) == 0
                                ? "{\"torn\": "
                                : chat(
                                        "What about " + known + "?",
                                        "First " + known + "+1=" + (known + 1) + ", then " + draws.nextInt(2)
                                                + "+3=5. #### 5"));
            }
            Files.write(data.resolve("part%d.jsonl".formatted(file)), lines);
        }
    }

    @Test
    void whoever_finishes_the_parts_and_in_whatever_order_the_result_is_the_same_to_the_byte() throws IOException {
        manyRows();
        DistillationRunSpec spec = spec("{uri: data}", "filter: {maxMalformedPercent: 5}");
        assertSameForAnyWorkers(spec);
    }

    private void assertSameForAnyWorkers(DistillationRunSpec spec) {
        Phase whole = collect(spec, "whole");
        for (int workers : new int[] {2, 3, 16}) {
            String workspace = "workers" + workers;
            for (int worker = workers - 1; worker >= 0; worker--) {
                Collection own = collection(spec, workspace);
                int mine = worker;
                List<dev.potstill.trainer.data.source.Part> share = new ArrayList<>(own.parts().stream()
                        .filter(part -> part.index() % workers == mine)
                        .toList());
                Collections.reverse(share);
                own.work(share);
            }
            Phase merged = collect(spec, workspace);
            assertSame(merged, whole);
        }
    }

    private static String known(String prompt, String answer) {
        return Json.compact(Map.of("prompt", prompt, "answer", answer, "verifier", "Numeric"));
    }

    private static List<String> references(Phase collected) {
        try (Stream<Question> read = JsonLines.read(collected.file(Collection.QUESTIONS), Question.class)) {
            return read.map(question -> question.reference() + " " + question.verifier() + " " + question.carried())
                    .toList();
        }
    }

    @Test
    void of_rows_with_the_same_prompt_the_first_that_knows_the_answer_tells_the_others() throws IOException {
        String plain = "First we count: 3+4=7. Then we double it: 7*2=14. So it is 14.";
        Files.write(
                folder.resolve("chats.jsonl"),
                List.of(
                        chat("Wie viele Äpfel?", plain),
                        chat("Wie viele Äpfel?", "Or else: " + plain),
                        chat("Who knows?", plain),
                        chat("How much is it?", "Well: 1+1=2. Then 2+3=5. #### 5")));
        Files.write(
                folder.resolve("known.jsonl"),
                List.of(
                        known("Wie viele Äpfel?", "14"),
                        known("Wie viele Äpfel?", "15"),
                        known("How much is it?", "6"),
                        known("And what is new?", "7")));
        String both = "{uri: chats.jsonl}, {uri: known.jsonl, format: PromptJsonl}";
        Phase collected = collect(spec(both), "one");
        assertThat(references(collected))
                .containsExactly(
                        "14 Numeric true", "14 Numeric true", "null null false", "5 null false", "7 Numeric false");
        String questions = Files.readString(collected.file(Collection.QUESTIONS));
        assertThat(questions).contains("Wie viele Äpfel?").doesNotContain("\"carried\":false");
        try (Stream<Question> read = JsonLines.read(collected.file(Collection.QUESTIONS), Question.class)) {
            assertThat(read.map(Question::first)).containsExactly(true, false, true, true, true);
        }
        // What is beyond the rows that are wanted tells nothing, whoever looked at it.
        DistillationRunSpec few = spec(both, "filter: {maxInteractions: 4}");
        Collection all = collection(few, "few");
        all.work(all.parts());
        assertThat(references(collect(few, "few")))
                .containsExactly("null null false", "null null false", "null null false", "5 null false");
    }

    @Test
    void answers_known_elsewhere_are_the_same_for_any_number_of_workers() throws IOException {
        manyRows();
        var draws = new Random(4);
        Files.createDirectories(folder.resolve("known"));
        for (int file = 0; file < 3; file++) {
            Files.write(
                    folder.resolve("known/%d.jsonl".formatted(file)),
                    IntStream.range(0, 200)
                            .mapToObj(i -> known("What about " + draws.nextInt(900) + "?", "" + draws.nextInt(9)))
                            .toList());
        }
        DistillationRunSpec spec = spec(
                "{uri: known, format: PromptJsonl}, {uri: data}, {uri: known, format: PromptJsonl}",
                "filter: {maxMalformedPercent: 5}");
        assertSameForAnyWorkers(spec);
        assertThat(references(collect(spec, "whole"))).anyMatch(known -> known.endsWith("Numeric false"));
    }

    private static void assertSame(Phase one, Phase other) {
        assertThat(one.counts()).isEqualTo(other.counts());
        for (String file : List.of(Collection.QUESTIONS, DataFiles.FILTERED, DataFiles.QUARANTINE)) {
            assertThat(one.file(file)).hasSameBinaryContentAs(other.file(file));
        }
    }

    @Test
    void a_part_that_was_left_unfinished_is_done_again_and_the_others_are_not() throws IOException {
        manyRows();
        DistillationRunSpec spec = spec("{uri: data}", "filter: {maxMalformedPercent: 5}");
        Phase whole = collect(spec, "whole");
        Collection broken = collection(spec, "broken");
        broken.work(broken.parts().subList(0, 3));
        Path parts = folder.resolve("broken/parts");
        Files.move(parts.resolve("00001"), parts.resolve("00001.unfinished"));
        var before = Files.getLastModifiedTime(parts.resolve("00000/tally.json"));
        assertSame(collect(spec, "broken"), whole);
        assertThat(Files.getLastModifiedTime(parts.resolve("00000/tally.json"))).isEqualTo(before);
    }

    @Test
    void no_more_is_read_than_is_wanted_and_what_was_read_beyond_does_not_count() throws IOException {
        manyRows();
        DistillationRunSpec spec = spec("{uri: data}", "filter: {maxMalformedPercent: 5, maxInteractions: 300}");
        Phase some = collect(spec, "some");
        assertThat(folder.resolve("some/parts/00004")).doesNotExist();
        assertThat(some.counts()).containsEntry("rows.collected", 300L);
        Collection all = collection(spec, "all");
        all.work(all.parts());
        assertSame(collect(spec, "all"), some);
    }

    @Test
    void past_the_share_of_malformed_lines_the_first_places_are_named() throws IOException {
        List<String> lines = new ArrayList<>(Collections.nCopies(98, chat("What is 3+4, doubled?", REASONING)));
        lines.add(40, "not JSON");
        lines.add(70, "{\"question\": 5, \"answer\": \"b\"}");
        Path file = Files.write(folder.resolve("chats.jsonl"), lines);
        assertThatThrownBy(() -> collect(spec("{uri: chats.jsonl}"), "one"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED))
                .hasMessageContaining(file.toAbsolutePath() + ":41: found no JSON object")
                .hasMessageContaining(file.toAbsolutePath() + ":71: question: found the number 5")
                .hasMessageContaining("found 2 malformed of 100 lines, expected at most 1 (1 %)");
        lines.remove(70);
        Files.write(file, lines);
        lines.add(chat("What is 3+4, doubled?", REASONING));
        Files.write(file, lines);
        assertThat(collect(spec("{uri: chats.jsonl}"), "two").counts()).containsEntry("rows.malformed", 1L);
    }

    @Test
    void each_way_to_be_malformed_is_set_apart() throws IOException {
        Path file = folder.resolve("chats.jsonl");
        try (var out = Files.newOutputStream(file)) {
            out.write((chat("good?", REASONING) + "\n").getBytes(StandardCharsets.UTF_8));
            out.write(new byte[] {'{', 0, '}', '\n'});
            out.write(new byte[] {'{', '"', (byte) 0xC3, 0x28, '"', '}', '\n'});
            out.write("{\"question\": \"a\\ud800\", \"answer\": \"b\"}\n[]\n{\"other\": 1}\n"
                    .getBytes(StandardCharsets.UTF_8));
            out.write('{');
            byte[] piece = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 50; i++) {
                out.write(piece);
            }
            out.write(("}\n" + chat("good too?", REASONING)).getBytes(StandardCharsets.UTF_8));
        }
        Phase collected = collect(spec("{uri: chats.jsonl}", "filter: {maxMalformedPercent: 100}"), "one");
        assertThat(collected.counts()).containsEntry("rows.read", 2L).containsEntry("rows.malformed", 6L);
        assertThat(rows(collected.file(DataFiles.QUARANTINE)))
                .extracting(row -> row.path("line").asInt() + " "
                        + row.path("what").asText().split(",")[0])
                .containsExactly(
                        "2 found a NUL byte",
                        "3 found bytes that are not UTF-8",
                        "4 question: found half of a surrogate pair",
                        "5 found a list",
                        "6 found the fields other",
                        "7 found a line of more than 16");
    }

    @Test
    void the_memory_for_tables_does_not_change_what_comes_of_it() throws IOException {
        manyRows();
        DistillationRunSpec little = spec("{uri: data}", "filter: {maxMalformedPercent: 5}", "memory: 64Mi");
        Phase small = collect(little, "little");
        assertSame(small, collect(spec("{uri: data}", "filter: {maxMalformedPercent: 5}"), "large"));
        assertThat(small.folder().resolve("spill")).doesNotExist();
    }

    @Test
    void conversations_that_open_alike_are_not_all_set_aside() throws IOException {
        Stream<String> alike = IntStream.range(0, 200)
                .mapToObj(i -> Json.compact(Map.of(
                        "messages",
                        List.of(
                                Map.of("role", "user", "content", "Hello"),
                                Map.of("role", "assistant", "content", "Yes?"),
                                Map.of("role", "user", "content", "What is " + i + " and 1?"),
                                Map.of("role", "assistant", "content", i + ". " + REASONING)))));
        Stream<String> others =
                IntStream.range(0, 20).mapToObj(i -> chat("How many are " + i + "?", i + ". " + REASONING));
        Files.write(folder.resolve("rows.jsonl"), Stream.concat(alike, others).toList());
        Phase collected = collect(spec("{uri: rows.jsonl}", "heldOut: {percent: 2}"), "one");
        SetAside setAside = SetAside.of(collected);
        try (Stream<Question> questions = JsonLines.read(collected.file(Collection.QUESTIONS), Question.class)) {
            assertThat(questions.filter(setAside::has))
                    .hasSize(4)
                    .noneMatch(question -> question.prompt().size() > 1);
        }
        Files.writeString(
                folder.resolve("rows.jsonl"),
                Files.readAllLines(folder.resolve("rows.jsonl")).getFirst());
        assertThat(SetAside.of(collect(spec("{uri: rows.jsonl}"), "two")).openings())
                .isEmpty();
    }
}
