package dev.potstill.cli.screen;

import java.util.List;
import java.util.stream.IntStream;

/** Rows of text in columns, the first aligned to the left and the others as told. */
public record Table(List<List<String>> rows, boolean numbers) {

    /** A text that is too long ends in an ellipsis. */
    public static String shortened(String text, int room) {
        return text.length() <= room ? text : text.substring(0, Math.max(0, room - 1)) + "…";
    }

    public String text() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = IntStream.range(0, columns)
                .map(column -> rows.stream()
                        .mapToInt(row -> column < row.size() ? row.get(column).length() : 0)
                        .max()
                        .orElse(0))
                .toArray();
        var text = new StringBuilder();
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                String gap = " ".repeat(widths[column] - cell.length());
                line.append(column == 0 ? "" : "  ").append(numbers && column > 0 ? gap + cell : cell + gap);
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }
}
