package dev.potstill.trainer.data;

import dev.potstill.trainer.ParrotLlama;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Rows that ask nothing, and a teacher that says "= 5", "= 8" or, without an end, "= ===…" to all of them. */
final class Apples {
    private Apples() {}

    static void teacher(Path folder) {
        ParrotLlama.save(
                folder,
                Map.of(
                        "<sep>", List.of("="),
                        "=", List.of(" ", " has"),
                        " ", List.of("5", "8"),
                        "5", List.of("<eos>"),
                        "8", List.of("<eos>"),
                        " has", List.of(" has")),
                10);
    }

    /** Prompts whose right answer is known. */
    static String[] prompts(int count, String answer) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"prompt\": \"Tom has %d apples.\", \"answer\": \"%s\"}".formatted(i, answer))
                .toArray(String[]::new);
    }

    /** The same, answered by their source: "= 5" and "= 8" in turn. */
    static String[] chats(int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        "{\"question\": \"Tom has %d apples.\", \"answer\": \"= %d\"}".formatted(i, i % 2 == 0 ? 5 : 8))
                .toArray(String[]::new);
    }
}
