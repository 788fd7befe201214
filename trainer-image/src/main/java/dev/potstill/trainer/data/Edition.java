package dev.potstill.trainer.data;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.Grading.Graded;
import dev.potstill.trainer.data.Row.Grade;
import dev.potstill.trainer.data.clean.Fingerprint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The last step: the training set as it is handed on. */
final class Edition {
    private static final String UNKNOWN = "unknown";

    private final Path rows;
    private final List<Graded> copies;
    private final Grade[] grades;
    private final Map<Integer, Long> lengths = new TreeMap<>();
    private final Tally languages = new Tally();

    /**
     * @param rows a file of {@link Answered}s
     * @param copies of its rows, each of which is trained on; each has a grade at its place in this list
     */
    Edition(Path rows, List<Graded> copies, Grade[] grades) {
        this.rows = rows;
        this.copies = copies;
        this.grades = grades.clone();
    }

    /** Writes the rows in the order of their ids' fingerprints, so that the first ones are a fair sample of all. */
    void write(Path train) {
        List<Long> starts = starts();
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, copies.size()).boxed().toList());
        order.sort(Comparator.comparing(i -> Fingerprint.of(copies.get(i).id())));
        try (var in = new RandomAccessFile(rows.toFile(), "r");
                JsonLines out = JsonLines.write(train)) {
            for (int i : order) {
                int place = copies.get(i).place();
                byte[] line = new byte[Math.toIntExact(starts.get(place + 1) - starts.get(place))];
                in.seek(starts.get(place));
                in.readFully(line);
                out.add(row(i, JsonLines.parse(new String(line, StandardCharsets.UTF_8), Answered.class)));
            }
        } catch (IOException e) {
            throw Problem.storage(rows, e);
        }
    }

    private Row row(int copy, Answered answered) {
        Row row = answered.row();
        lengths.merge(Math.max(16, Integer.highestOneBit(Math.max(1, answered.tokens() - 1)) * 2), 1L, Long::sum);
        languages.add(row.language() == null ? UNKNOWN : row.language());
        return new Row(
                copies.get(copy).id(),
                row.messages(),
                row.reference(),
                grades[copy],
                copies.get(copy).perplexity(),
                row.origin(),
                row.verifier(),
                row.language(),
                row.teacher());
    }

    /** Rows by length: up to each power of two, from 16. */
    Map<String, Long> lengths() {
        Map<String, Long> named = new LinkedHashMap<>();
        lengths.forEach((most, count) -> named.put("<=" + most, count));
        return named;
    }

    /** Rows by language, the most frequent first. */
    Map<String, Long> languages() {
        Map<String, Long> sorted = new LinkedHashMap<>();
        languages.counts().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    /** Where each line begins, in bytes, and where the last one ends. */
    private List<Long> starts() {
        List<Long> starts = new ArrayList<>(List.of(0L));
        try (Stream<String> lines = Files.lines(rows)) {
            lines.forEach(line -> starts.add(starts.getLast() + line.getBytes(StandardCharsets.UTF_8).length + 1));
        } catch (IOException e) {
            throw Problem.storage(rows, e);
        }
        return starts;
    }
}
