package dev.potstill.trainer.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.contract.Json;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Collects what a test wrote into a folder. */
abstract class Collecting {
    /** An answer that stays. */
    static final String REASONING = "First we count: 3+4=7. Then we double it: 7*2=14. #### 14";

    @TempDir
    Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void open() {
        tokenizer = Tokenizer.open(
                new TokenizerFiles(folder, WordProblemTokenizer.tokenizerJson(), Optional.empty(), SpecialTokens.NONE));
    }

    DistillationRunSpec spec(String sources, String... data) throws IOException {
        return TinySpec.of(
                folder,
                "data:",
                "  sources: [%s]".formatted(sources),
                "  augmentation: {samplesPerPrompt: 0}",
                "  redact: [Email, Phone, Secret]",
                String.join("\n", data).indent(2));
    }

    Collection collection(DistillationRunSpec spec, String workspace) {
        var progress = new ProgressBoard(Stage.Data, System::nanoTime);
        var stop = new StopSignal();
        var steps = new Steps(folder.resolve(workspace), new Worker(Shard.WHOLE, stop::pause), progress);
        return new Collection(spec, new Lengths(tokenizer, tokenizer), steps, progress, stop);
    }

    Phase collect(DistillationRunSpec spec, String workspace) {
        return collection(spec, workspace).collect();
    }

    static List<JsonNode> rows(Path file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            rows.add(Json.parse(line, JsonNode.class));
        }
        return rows;
    }

    static String chat(String question, String answer) {
        return Json.compact(Map.of("question", question, "answer", answer));
    }

    /** The prompt with its known answer. */
    static String known(String prompt, String answer) {
        return Json.compact(Map.of("prompt", prompt, "answer", answer, "verifier", "Numeric"));
    }

    /** What is known of each question: its answer, how that is compared, and whether another row told it. */
    static List<String> references(Phase collected) {
        try (Stream<Question> read = JsonLines.read(collected.file(Collection.QUESTIONS), Question.class)) {
            return read.map(question -> question.reference() + " " + question.verifier() + " " + question.carried())
                    .toList();
        }
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }
}
