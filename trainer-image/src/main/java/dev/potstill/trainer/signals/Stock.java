package dev.potstill.trainer.signals;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.train.TrainingSet;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How much of a set's signals is kept already, as the heads of the files say: no rows are read, and no file counts as used.
 *
 * @param missing bytes of what is not there
 * @param files bytes of the files that hold the others
 */
public record Stock(long missing, long files) {

    static Stock of(Path root, TrainingSet set, List<Kind> kinds) {
        Map<String, Integer> samples = new LinkedHashMap<>();
        for (int sample = 0; sample < set.size(); sample++) {
            samples.putIfAbsent(set.key(sample), sample);
        }
        long missing = 0;
        long files = 0;
        for (Kind kind : kinds) {
            Set<String> found = new HashSet<>();
            for (Path file : newestFirst(root.resolve(kind.folder()))) {
                int before = found.size();
                collect(file, samples.keySet(), found);
                files += found.size() > before ? file.toFile().length() : 0;
            }
            missing += samples.entrySet().stream()
                    .filter(sample -> !found.contains(sample.getKey()))
                    .mapToLong(sample -> kind.bytes(set, sample.getValue()))
                    .sum();
        }
        return new Stock(missing, files);
    }

    private static List<Path> newestFirst(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Segment.number(file).isPresent())
                    .sorted(Comparator.comparing(Path::getFileName).reversed())
                    .toList();
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    private static void collect(Path file, Set<String> wanted, Set<String> found) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = Segment.map(file, arena);
            var frame = Frame.at(mapped, 0);
            while (frame.isPresent()) {
                frame.get().contents().keys().stream().filter(wanted::contains).forEach(found::add);
                frame = Frame.at(mapped, frame.get().end());
            }
        } catch (IOException e) {
            // Damaged or gone just now: what it held is computed again.
        }
    }
}
