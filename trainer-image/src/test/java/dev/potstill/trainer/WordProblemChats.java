package dev.potstill.trainer;

import dev.potstill.contract.Json;
import dev.potstill.trainer.builtin.WordProblems;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Word problems with their answers as lines of a source of data. */
final class WordProblemChats {
    private WordProblemChats() {}

    static String row(int number) {
        WordProblems.Problem problem = new WordProblems(3).train(number);
        return Json.compact(
                Map.of("question", problem.prompt(), "answer", problem.reasoning() + " #### " + problem.answer()));
    }

    /** Those from one to before another. */
    static List<String> rows(int from, int to) {
        return IntStream.range(from, to).mapToObj(WordProblemChats::row).toList();
    }
}
