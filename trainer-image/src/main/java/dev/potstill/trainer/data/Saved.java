package dev.potstill.trainer.data;

import dev.potstill.contract.Disk;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import dev.potstill.trainer.parts.Part;
import dev.potstill.trainer.parts.Parts;
import dev.potstill.trainer.parts.Worker;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Numbered parts of a long piece of work, each a file that is there whole or not at all: what a trainer leaves to the others that share
 * the work, and to a later attempt. A file's first line is the digest of the others.
 *
 * @param <T> of what a part is a list
 */
record Saved<T>(Path folder, Class<T> type) {

    Saved {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    /** Has all parts made that are not there, by this trainer or others; {@code done} is told of the size of each. */
    <P> void makeAll(Worker worker, Supplier<Stream<Part<P>>> all, Function<P, List<T>> make, LongConsumer done) {
        parts(worker, 1).finish(all, part -> write(part.number(), make.apply(part.content())), done);
    }

    /** Where parts are made, so many at a time by this trainer. */
    Parts parts(Worker worker, int hands) {
        Path taken = folder.resolveSibling(folder.getFileName() + ".taken");
        return new Parts(folder, Saved::name, taken, worker, hands);
    }

    /** Reads a part, or makes and keeps it; one that is damaged is made again. */
    List<T> get(int part, Supplier<List<T>> make) {
        return find(part).orElseGet(() -> write(part, make.get()));
    }

    /** A part that is there and not damaged. */
    Optional<List<T>> find(int part) {
        try {
            return read(file(part));
        } catch (IOException e) {
            throw Problem.storage(file(part), e);
        }
    }

    Path file(int part) {
        return folder.resolve(name(part));
    }

    private static String name(int part) {
        return "%06d.jsonl".formatted(part);
    }

    List<T> write(int part, List<T> made) {
        String lines = made.stream().map(value -> Json.compact(value) + "\n").collect(Collectors.joining());
        try {
            Disk.write(file(part), Sha256.of(lines) + "\n" + lines);
            return made;
        } catch (IOException e) {
            throw Problem.storage(file(part), e);
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
