package dev.potstill.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command: all six stages, and what the student has learned. */
class QuickstartTest {
    private static final Potstill POTSTILL = Potstill.here();

    @TempDir
    static Path workspace;

    private static Potstill.Result first;

    @BeforeAll
    static void distil() throws IOException, InterruptedException {
        first = quickstart();
        assertThat(first.exit()).as(first.err()).isZero();
        // What the same file comes to in a cluster is compared with this.
        Files.writeString(Path.of("target/quickstart-status.json"), first.out());
    }

    private static Potstill.Result quickstart(String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("run", POTSTILL.example("quickstart"), "--workspace", workspace.toString(), "--json"));
        arguments.addAll(List.of(more));
        return POTSTILL.run(arguments.toArray(String[]::new));
    }

    /** Accuracy on word problems by model. */
    private static Map<String, Double> accuracy() throws IOException {
        Map<String, Double> scores = new HashMap<>();
        for (JsonNode score : first.json().get("scores")) {
            if (score.get("suite").asText().equals("WordProblems")) {
                assertThat(score.get("samples").asInt()).isGreaterThanOrEqualTo(300);
                scores.put(score.get("model").asText(), score.get("value").asDouble());
            }
        }
        return scores;
    }

    @Test
    void theStudentLearnsWhatTheTeacherKnows() throws IOException {
        Map<String, Double> scores = accuracy();
        assertThat(scores).containsOnlyKeys("Start", "Feature", "Response", "Reinforcement", "Quantization", "Teacher");
        double student = scores.get("Reinforcement");
        assertThat(student).isGreaterThanOrEqualTo(0.8 * scores.get("Teacher"));
        assertThat(student).isGreaterThanOrEqualTo(scores.get("Start") + 20);
    }

    @Test
    void noStageMakesTheStudentWorseByMoreThanAPointNorFourBitsByMoreThanThree() throws IOException {
        Map<String, Double> scores = accuracy();
        assertThat(scores.get("Feature")).isGreaterThanOrEqualTo(scores.get("Start") - 1);
        assertThat(scores.get("Response")).isGreaterThanOrEqualTo(scores.get("Feature") - 1);
        assertThat(scores.get("Reinforcement")).isGreaterThanOrEqualTo(scores.get("Response") - 1);
        assertThat(scores.get("Quantization")).isGreaterThanOrEqualTo(scores.get("Reinforcement") - 3);
    }

    @Test
    void aSecondRunReusesEveryStage() throws IOException, InterruptedException {
        Potstill.Result second = quickstart();
        assertThat(second.exit()).as(second.err()).isZero();
        for (JsonNode stage : second.json().get("stages")) {
            assertThat(stage.get("state").asText()).isEqualTo("Reused");
        }
        assertThat(second.json().get("scores")).isEqualTo(first.json().get("scores"));
    }

    @Test
    void anotherTemperatureLeavesDataAndFeaturesAsTheyAre() throws IOException, InterruptedException {
        Potstill.Result plan = POTSTILL.run(
                "plan",
                POTSTILL.example("quickstart"),
                "--workspace",
                workspace.toString(),
                "--set",
                "spec.response.temperature=3.0");
        assertThat(plan.exit()).as(plan.err()).isZero();
        assertThat(plan.out().lines().filter(line -> line.contains("reused")))
                .hasSize(2)
                .anyMatch(line -> line.contains("Data"))
                .anyMatch(line -> line.contains("Feature"));
        assertThat(plan.out()).contains("response.temperature");
    }

    @Test
    void theReportStandsByItself() throws IOException {
        String page = Files.readString(workspace.resolve("report.html"));
        assertThat(page).contains("<svg").doesNotContain("src=\"http").doesNotContain("href=\"http");
    }
}
