package dev.potstill.trainer.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Evaluation;
import dev.potstill.api.Evaluation.SuiteData;
import dev.potstill.api.Suite;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.SourceDigests;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.source.Lines;
import dev.potstill.trainer.reward.FinalAnswer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A suite of questions; every model is asked the same, in the same order.
 *
 * @param maxTokens an answer is cut off after so many
 */
record Exam(Suite suite, int maxTokens, List<Question> questions) {
    /** Every run asks the same problems, so that runs can be compared. */
    private static final long WORD_PROBLEM_SEED = 0;

    /** The longest right answer, three sums of two-digit numbers, takes 32 tokens with the one that ends it. */
    private static final int WORD_PROBLEM_TOKENS = 40;

    /** As many as an answer of the method's teacher may have. */
    private static final int GSM8K_TOKENS = 512;

    Exam {
        questions = List.copyOf(questions);
    }

    /** The exams among the suites; a {@link Problem} where one's questions cannot be read. */
    static List<Exam> of(Evaluation evaluation) {
        List<Exam> exams = new ArrayList<>();
        for (Suite suite : evaluation.suites()) {
            if (suite == Suite.WordProblems) {
                exams.add(wordProblems(evaluation.maxSamples()));
            } else if (suite == Suite.GSM8K) {
                exams.add(gsm8k(source(evaluation, suite), evaluation.maxSamples()));
            }
        }
        return exams;
    }

    /** Problems that no model is trained on; an answer ends in {@code = N}. */
    static Exam wordProblems(int count) {
        WordProblems problems = new WordProblems(WORD_PROBLEM_SEED);
        Stream<Question> questions = LongStream.iterate(0, i -> i + 1)
                .mapToObj(problems::heldOut)
                .distinct()
                .limit(count)
                .map(problem -> new Question(
                        problem.prompt(),
                        Long.toString(problem.answer()),
                        output -> WordProblems.answerOf(output).equals(OptionalLong.of(problem.answer()))));
        return new Exam(Suite.WordProblems, WORD_PROBLEM_TOKENS, questions.toList());
    }

    /** Grade-school mathematics (Cobbe et al., 2021): a question and an answer that ends in {@code #### N} a line. */
    static Exam gsm8k(Path file, int most) {
        List<Question> questions = new ArrayList<>();
        try (Lines lines = Lines.open(file)) {
            Optional<Lines.Line> line = lines.next();
            while (line.isPresent() && questions.size() < most) {
                questions.add(gsm8k(line.get().text(), line.get().place()));
                line = lines.next();
            }
        }
        if (questions.isEmpty()) {
            throw Problem.rejected("spec.evaluation.data: " + file + " holds no questions, expected at least one");
        }
        return new Exam(Suite.GSM8K, GSM8K_TOKENS, questions);
    }

    private static Question gsm8k(String line, String place) {
        JsonNode question;
        JsonNode answer;
        try {
            JsonNode json = Json.mapper().readTree(line);
            question = json.path("question");
            answer = json.path("answer");
        } catch (JsonProcessingException e) {
            throw Problem.rejected("%s: is not JSON (%s); expected an object with question and answer"
                    .formatted(place, e.getOriginalMessage()));
        }
        if (!question.isTextual() || !answer.isTextual()) {
            throw Problem.rejected(place + ": question and answer: found no text, expected one each");
        }
        String reference = answer.asText();
        return new Question(
                question.asText(), FinalAnswer.reference(reference), output -> FinalAnswer.isRight(output, reference));
    }

    private static Path source(Evaluation evaluation, Suite suite) {
        return evaluation.data().stream()
                .filter(data -> data.suite() == suite)
                .map(SuiteData::uri)
                .map(SourceDigests::path)
                .findFirst()
                .orElseThrow(() ->
                        Problem.rejected("spec.evaluation.data: found no entry for " + suite + ", expected {suite: "
                                + suite + ", uri: file://…}; its questions do not ship with the trainer"));
    }
}
