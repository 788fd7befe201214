package dev.potstill.trainer.quantization;

import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.text.ChatEncoder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the rounding is fitted on: rows of the training set, spread evenly over the file, as tokens, in batches.
 *
 * @param batches of rows of token ids
 */
public record CalibrationRows(List<List<int[]>> batches) {
    /** Tokens in a batch, padding counted: bounds the memory of a layer's activations. */
    private static final int BATCH_TOKENS = 4096;

    public CalibrationRows {
        batches = List.copyOf(batches);
    }

    /** At most {@code samples} rows of a {@code train.jsonl}, each cut to {@code maxLength} tokens. */
    public static CalibrationRows read(Path file, int samples, ChatEncoder encoder, int maxLength) {
        List<int[]> rows = new ArrayList<>();
        for (Row row : rows(file, samples)) {
            int[] ids = encoder.encode(row.messages()).ids();
            if (ids.length > 0) {
                rows.add(Arrays.copyOf(ids, Math.min(ids.length, maxLength)));
            }
        }
        if (rows.isEmpty()) {
            throw Problem.rejected(file + ": holds no rows; expected at least one to fit the rounding on");
        }
        return new CalibrationRows(batched(rows));
    }

    private static List<Row> rows(Path file, int samples) {
        List<Row> rows = new ArrayList<>();
        try (Stream<String> lines = Files.lines(file);
                BufferedReader reader = Files.newBufferedReader(file)) {
            long count = lines.count();
            long wanted = Math.min(count, samples);
            long line = -1;
            for (long n = 0; n < wanted; n++) {
                String text = "";
                for (; line < n * count / wanted; line++) {
                    text = reader.readLine();
                }
                rows.add(Json.parse(text, Row.class));
            }
            return rows;
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    private static List<List<int[]>> batched(List<int[]> rows) {
        List<List<int[]>> batches = new ArrayList<>();
        List<int[]> batch = new ArrayList<>();
        int longest = 0;
        for (int[] row : rows) {
            longest = Math.max(longest, row.length);
            if (!batch.isEmpty() && (batch.size() + 1) * longest > BATCH_TOKENS) {
                batches.add(List.copyOf(batch));
                batch.clear();
                longest = row.length;
            }
            batch.add(row);
        }
        batches.add(List.copyOf(batch));
        return batches;
    }

    public long rows() {
        return batches.stream().mapToLong(List::size).sum();
    }

    public long tokens() {
        return batches.stream()
                .flatMap(List::stream)
                .mapToLong(row -> row.length)
                .sum();
    }
}
