package dev.potstill.trainer.parts;

import dev.potstill.contract.TrainerCommand.Shard;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * One of the trainers that share work.
 *
 * @param shard which of them; its parts are those it begins with
 * @param pause lets time pass, or ends the work where it is to stop
 */
public record Worker(Shard shard, Consumer<Duration> pause) {

    /** The same, but it begins with the first part that is free, as all the others do. */
    public Worker inOrder() {
        return new Worker(Shard.WHOLE, pause);
    }

    /** Whether it begins with this part: those of all are dealt out in turn. */
    boolean beginsWith(int part) {
        return part % shard.of() == shard.index();
    }
}
