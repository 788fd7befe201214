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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The last step: the training set as it is handed on. */
final class Edition {
    private final Path rows;
    private final List<Graded> graded;
    private final Grade[] grades;
    private final Map<Integer, Long> lengths = new TreeMap<>();

    /** @param rows a file of {@link Answered}s; each has a grade at its place */
    Edition(Path rows, List<Graded> graded, Grade[] grades) {
        this.rows = rows;
        this.graded = graded;
        this.grades = grades.clone();
    }

    /** Writes the rows in the order of their ids' fingerprints, so that the first ones are a fair sample of all. */
    void write(Path train) {
        List<Long> starts = starts();
        List<Integer> order = new ArrayList<>(graded.stream().map(Graded::place).toList());
        order.sort(
                Comparator.comparing(place -> Fingerprint.of(graded.get(place).id())));
        try (var in = new RandomAccessFile(rows.toFile(), "r");
                JsonLines out = JsonLines.write(train)) {
            for (int place : order) {
                byte[] line = new byte[Math.toIntExact(starts.get(place + 1) - starts.get(place))];
                in.seek(starts.get(place));
                in.readFully(line);
                out.add(row(place, JsonLines.parse(new String(line, StandardCharsets.UTF_8), Answered.class)));
            }
        } catch (IOException e) {
            throw Problem.storage(rows, e);
        }
    }

    private Row row(int place, Answered answered) {
        Row row = answered.row();
        lengths.merge(Math.max(16, Integer.highestOneBit(Math.max(1, answered.tokens() - 1)) * 2), 1L, Long::sum);
        return new Row(
                row.id(),
                row.messages(),
                row.reference(),
                grades[place],
                graded.get(place).perplexity(),
                row.origin(),
                row.verifier());
    }

    /** Rows by length: up to each power of two, from 16. */
    Map<String, Long> lengths() {
        Map<String, Long> named = new java.util.LinkedHashMap<>();
        lengths.forEach((most, count) -> named.put("<=" + most, count));
        return named;
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
