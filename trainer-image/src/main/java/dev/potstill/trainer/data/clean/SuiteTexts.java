package dev.potstill.trainer.data.clean;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Suite;
import dev.potstill.contract.DataForm;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.source.Lines;
import dev.potstill.trainer.data.source.Lines.Line;
import dev.potstill.trainer.data.tables.Database;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a suite asks, read from its file or from all files below its folder: lines of JSON ({@code .gz}, {@code .zst} too), CSV with
 * names in its first line or as MMLU's own, TSV without (the question first), or Parquet.
 */
final class SuiteTexts {
    private static final long MEMORY = 256L << 20;

    /** What suites as they are published call a question; the first that a row has is its. */
    private static final List<String> QUESTION = List.of(
            "question",
            "prompt",
            "problem",
            "turns",
            "Behavior",
            "Goal",
            "instruction",
            "article",
            "document",
            "input",
            "text");

    /** Lists of objects with texts, as QMSum's meetings and the questions on them are. */
    private static final List<String> NESTED =
            List.of("general_query_list", "specific_query_list", "meeting_transcripts");

    private static final List<String> NESTED_TEXT = List.of("query", "content");

    private final Suite suite;
    private final Path file;
    private final Consumer<Asked> out;

    /**
     * A text that must stay out of the training set.
     *
     * @param choices to choose the answer from; empty where there are none
     */
    record Asked(String text, List<String> choices) {}

    private SuiteTexts(Suite suite, Path file, Consumer<Asked> out) {
        this.suite = suite;
        this.file = file;
        this.out = out;
    }

    static void read(Suite suite, Path path, Consumer<Asked> out) {
        var found = new long[1];
        for (Path file : files(path)) {
            new SuiteTexts(suite, file, asked -> {
                        found[0]++;
                        out.accept(asked);
                    })
                    .read();
        }
        if (found[0] == 0) {
            throw Problem.rejected(
                    "spec.evaluation.data: %s for %s holds no questions, expected at least one".formatted(path, suite));
        }
    }

    private static List<Path> files(Path path) {
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        try (Stream<Path> below = Files.walk(path)) {
            List<Path> all = below.filter(Files::isRegularFile).sorted().toList();
            return DataForm.Questions.of(
                    all, file -> path.relativize(file).toString().replace(File.separatorChar, '/'));
        } catch (IOException e) {
            throw Problem.storage(path, e);
        }
    }

    private void read() {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv")) {
            table(this::csv);
        } else if (name.endsWith(".parquet")) {
            table(database -> "read_parquet(%s)".formatted(Database.file(file)));
        } else if (name.endsWith(".tsv")) {
            lines(line -> out.accept(new Asked(line.text().split("\t", 2)[0], List.of())));
        } else {
            lines(line -> row(json(line.text(), line.place()), line.place()));
        }
    }

    private void lines(Consumer<Line> take) {
        try (Lines lines = Lines.open(file)) {
            for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                take.accept(line.get());
            }
        }
    }

    private String csv(Database database) {
        return SuiteTables.csv(database, file, QUESTION);
    }

    private void table(Function<Database, String> table) {
        try (Database database = Database.open(MEMORY, 1, Path.of(System.getProperty("java.io.tmpdir")))) {
            database.query(
                    "SELECT to_json(t)::VARCHAR FROM %s t".formatted(table.apply(database)),
                    row -> row(json(row.getString(1), file.toString()), file.toString()));
        } catch (Problem e) {
            throw e.getCause() == null
                    ? e
                    : Problem.rejected("spec.evaluation.data: %s cannot be read: %s"
                            .formatted(file, e.getCause().getMessage()));
        }
    }

    private static JsonNode json(String text, String place) {
        try {
            return Json.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw Problem.rejected("%s: is not JSON (%s), expected an object".formatted(place, e.getOriginalMessage()));
        }
    }

    private void row(JsonNode row, String place) {
        boolean any = false;
        for (String list : NESTED) {
            for (JsonNode item : row.path(list)) {
                NESTED_TEXT.forEach(name -> text(item.path(name), List.of()));
                any = true;
            }
        }
        Optional<JsonNode> question = QUESTION.stream()
                .map(row::path)
                .filter(value -> value.isTextual() || value.isArray())
                .findFirst();
        question.ifPresent(value -> text(value, choices(row)));
        if (!any && question.isEmpty()) {
            List<String> names = row.properties().stream()
                    .map(java.util.Map.Entry::getKey)
                    .limit(8)
                    .toList();
            throw Problem.rejected("%s: found the fields %s, expected the question of %s in one of %s"
                    .formatted(place, names, suite, QUESTION));
        }
    }

    private void text(JsonNode value, List<String> choices) {
        if (value.isArray()) {
            value.forEach(turn -> text(turn, List.of()));
        } else if (value.isTextual()) {
            out.accept(new Asked(value.textValue(), choices));
        }
    }

    /** MMLU's: a list, columns from {@code choice0} on, or {@code A} to {@code D}. */
    private static List<String> choices(JsonNode row) {
        JsonNode list = row.path("choices");
        if (list.isArray()) {
            return list.valueStream().map(JsonNode::asText).toList();
        }
        Stream<String> names = row.path("A").isTextual()
                ? SuiteTables.LETTERS.stream()
                : Stream.iterate(0, i -> i + 1).map(i -> "choice" + i);
        return names.map(row::path)
                .takeWhile(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .toList();
    }
}
