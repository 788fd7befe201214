package dev.potstill.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Suite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    @TempDir
    Path folder;

    private final Result result = new Result(Suite.WordProblems, "Start", 100.0 / 3, 3, 12);

    @Test
    void a_result_comes_back_to_the_last_digit_and_its_samples_are_published() throws IOException {
        Results results = new Results(folder.resolve("kept"));
        assertThat(results.find(Suite.WordProblems, "Start")).isEmpty();
        results.save(result, List.of(new Answer(0, "p", "o\n", "1", false), new Answer(1, "q", "2", "2", true)));
        assertThat(new Results(folder.resolve("kept")).find(Suite.WordProblems, "Start"))
                .contains(result);
        results.publish(folder.resolve("out"));
        assertThat(Files.readAllLines(folder.resolve("out/samples-WordProblems-Start.jsonl")))
                .hasSize(2)
                .first()
                .asString()
                .contains("\"output\":\"o\\n\"", "\"right\":false");
    }

    @Test
    void a_torn_result_is_none() throws IOException {
        Results results = new Results(folder);
        results.save(result, List.of());
        Files.writeString(folder.resolve("WordProblems-Start.json"), "{\"suite\":\"Word");
        assertThat(results.find(Suite.WordProblems, "Start")).isEmpty();
    }
}
