package dev.potstill.trainer.run;

import dev.potstill.contract.Disk;
import dev.potstill.contract.TrainerCommand.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** How long a stage has worked, over all attempts: of one that was killed, up to where it last kept its time. */
public final class WorkTime {
    private final Path file;
    private final long earlierSeconds;
    private final LongSupplier nanoTime;
    private final long startedAt;

    private WorkTime(Path file, long earlierSeconds, LongSupplier nanoTime) {
        this.file = file;
        this.earlierSeconds = earlierSeconds;
        this.nanoTime = nanoTime;
        this.startedAt = nanoTime.getAsLong();
    }

    /** Starts counting, from where an earlier attempt left off in this folder. */
    public static WorkTime resume(Path folder, LongSupplier nanoTime) {
        return resume(folder, Shard.WHOLE, nanoTime);
    }

    /** The same, of one of several trainers that share a stage. */
    public static WorkTime resume(Path folder, Shard shard, LongSupplier nanoTime) {
        Path file = file(folder, shard);
        return new WorkTime(file, read(file), nanoTime);
    }

    /** That all trainers have worked which share a stage, as far as they have kept it. */
    public static long seconds(Path folder, int shards) {
        return IntStream.range(0, shards)
                .mapToLong(index -> read(file(folder, new Shard(index, shards))))
                .sum();
    }

    private static Path file(Path folder, Shard shard) {
        return folder.resolve(shard.isWhole() ? "seconds" : "seconds-%d-of-%d".formatted(shard.index(), shard.of()));
    }

    private static long read(Path file) {
        try {
            return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        } catch (IOException | NumberFormatException e) {
            return 0; // cut off by a power failure: only the time of earlier attempts is lost
        }
    }

    public long seconds() {
        return earlierSeconds + Math.round((nanoTime.getAsLong() - startedAt) / 1e9);
    }

    /** Keeps the time for the next attempt. */
    public void save() {
        try {
            Disk.write(file, Long.toString(seconds()));
        } catch (IOException e) {
            // The time is only told: work that can go on without it does.
        }
    }
}
