package dev.potstill.trainer.stage;

import dev.potstill.contract.Json;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Word problems as the data stage leaves them. */
final class ProblemRows {
    private ProblemRows() {}

    /** A folder with 40 rows to train on, which are the prompts too, and 10 held out. */
    static Path write(Path folder) throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.write(data.resolve(DataFiles.TRAIN), answered(0, 40));
        Files.write(data.resolve(DataFiles.PROMPTS), answered(0, 40));
        Files.write(data.resolve(DataFiles.HELD_OUT), answered(40, 50));
        return data;
    }

    /** Problems with their reasoning, a line each. */
    static List<String> answered(int from, int to) {
        return lines(from, to, true);
    }

    /** Problems alone. */
    static List<String> asked(int from, int to) {
        return lines(from, to, false);
    }

    private static List<String> lines(int from, int to, boolean answered) {
        List<String> lines = new ArrayList<>();
        for (int i = from; i < to; i++) {
            WordProblems.Problem problem = new WordProblems(3).train(i);
            Message question = new Message("user", problem.prompt());
            List<Message> messages =
                    answered ? List.of(question, new Message("assistant", problem.reasoning())) : List.of(question);
            lines.add(Json.compact(
                    new Row("r" + i, messages, String.valueOf(problem.answer()), null, null, Row.Origin.Source)));
        }
        return lines;
    }
}
