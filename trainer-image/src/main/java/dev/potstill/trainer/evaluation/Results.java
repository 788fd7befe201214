package dev.potstill.trainer.evaluation;

import dev.potstill.api.Suite;
import dev.potstill.contract.Disk;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Results so far, a file each that is there whole or not at all, with the samples they were computed from beside it. */
final class Results {
    private static final String SAMPLES = "samples-";

    private final Path folder;

    Results(Path folder) {
        this.folder = folder;
    }

    Optional<Result> find(Suite suite, String model) {
        Path file = file(suite, model);
        try {
            return Files.exists(file) ? Optional.of(Json.read(file, Result.class)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // torn by a power cut: it is made again
        }
    }

    /** Keeps a result and its samples, one JSON object a line. The result comes last: where it is, the samples are. */
    void save(Result result, List<?> samples) {
        String lines =
                samples.stream().map(Json::compact).map(line -> line + "\n").collect(Collectors.joining());
        write(folder.resolve(SAMPLES + result.suite() + "-" + result.model() + ".jsonl"), lines);
        write(file(result.suite(), result.model()), Json.compact(result));
    }

    private Path file(Suite suite, String model) {
        return folder.resolve(suite + "-" + model + ".json");
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Disk.write(file, text);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    /** Copies the samples to where the stage's output is made. */
    void publish(Path out) {
        try (Stream<Path> files = Files.list(folder)) {
            Files.createDirectories(out);
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                String name = file.getFileName().toString();
                if (name.startsWith(SAMPLES) && name.endsWith(".jsonl")) {
                    Files.copy(file, out.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw Problem.storage(out, e);
        }
    }
}
