package dev.potstill.trainer.data;

import dev.potstill.contract.Disk;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Numbered pieces of a long piece of work, each a file that is there whole or not at all: what a process leaves behind that ends
 * before all is done. A file's first line is the digest of the others.
 *
 * @param <T> of what a piece is a list
 */
record Saved<T>(Path folder, Class<T> type) {

    Saved {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    /** Reads a piece, or makes and keeps it; one that is damaged is made again. */
    List<T> get(int piece, Supplier<List<T>> make) {
        Path file = folder.resolve("%06d.jsonl".formatted(piece));
        try {
            Optional<List<T>> kept = read(file);
            if (kept.isPresent()) {
                return kept.get();
            }
            List<T> made = new ArrayList<>(make.get());
            String lines =
                    made.stream().map(value -> Json.compact(value) + "\n").collect(Collectors.joining());
            Disk.write(file, Sha256.of(lines) + "\n" + lines);
            return made;
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    private Optional<List<T>> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            String text = Files.readString(file);
            int end = text.indexOf('\n') + 1;
            String lines = text.substring(end);
            return text.substring(0, end).equals(Sha256.of(lines) + "\n")
                    ? Optional.of(lines.lines()
                            .map(line -> JsonLines.parse(line, type))
                            .toList())
                    : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty(); // no longer text
        }
    }
}
