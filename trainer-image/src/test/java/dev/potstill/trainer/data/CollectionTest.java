package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CollectionTest extends Collecting {
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
        all.work(all.pieces());
        assertThat(references(collect(few, "few")))
                .containsExactly("null null false", "null null false", "null null false", "5 null false");
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
