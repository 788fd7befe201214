package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.contract.Json;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.data.clean.Contamination;
import dev.potstill.trainer.reward.Verifiers;
import dev.potstill.trainer.text.Message;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnsweringTest {
    private static final String EXAM =
            "A farmer has twelve red hens and nine white ducks; how many birds are there on his farm in all?";
    private static final Question QUESTION =
            new Question("q", List.of(new Message("user", "Whom may I ask?")), null, null, 1, true, 4);

    @TempDir
    private Path folder;

    private DistillationRunSpec spec() throws IOException {
        Files.writeString(folder.resolve("exam.jsonl"), Json.compact(Map.of("question", EXAM, "answer", "#### 21")));
        return TinySpec.of(folder, """
                data:
                  sources: [{uri: rows.jsonl}]
                  filter: {reasoning: Any}
                  redact: [Email]
                  decontaminate: [GSM8K]
                evaluation: {data: [{suite: GSM8K, uri: exam.jsonl}]}
                """);
    }

    private static Answer said(int sample, String text) {
        return new Answer("q", sample, text, true, 4, 9);
    }

    @Test
    void what_a_teacher_says_is_masked_and_kept_clear_of_the_suites() throws IOException {
        DistillationRunSpec spec = spec();
        var plan = new SamplingPlan(
                Allotment.of(2, 100, new SetAside(Set.of()), () -> Stream.of(QUESTION)),
                64,
                Routes.allTo("tiny", 1),
                teacher -> Integer.MAX_VALUE);
        var files =
                new TokenizerFiles(folder, WordProblemTokenizer.tokenizerJson(), Optional.empty(), SpecialTokens.NONE);
        try (Tokenizer tokenizer = Tokenizer.open(files);
                Verifiers verifiers = Verifiers.ofMachine()) {
            Tally tally = new Answering(
                            spec,
                            new Lengths(tokenizer, tokenizer),
                            verifiers,
                            Routes.allTo("tiny", 1),
                            new SetAside(Set.of()),
                            new Contamination(spec))
                    .answer(
                            folder,
                            plan.windows(Stream.of(QUESTION)),
                            batch -> List.of(said(0, "Ask jane@acme.com."), said(1, "I know one. " + EXAM)));
            assertThat(tally.get("redacted.Email")).isEqualTo(1);
            assertThat(tally.dropped()).isEqualTo(Map.of("contaminated.GSM8K", 1L));
        }
        try (Stream<Answered> rows = JsonLines.read(folder.resolve(Answering.ROWS), Answered.class)) {
            assertThat(rows)
                    .singleElement()
                    .satisfies(row ->
                            assertThat(row.row().messages().getLast().content()).isEqualTo("Ask [EMAIL]."));
        }
    }
}
