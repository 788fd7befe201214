package dev.potstill.operator.observe;

/**
 * How long all attempts at a stage have worked that ended.
 *
 * @param seconds of their trainers, all together
 * @param elapsed seconds of the stage: what one of the trainers that share it worked, on average
 */
public record Worked(long seconds, long elapsed) {
    static final Worked NOTHING = new Worked(0, 0);

    Worked and(Attempt attempt) {
        long more = attempt.seconds();
        return new Worked(seconds + more, elapsed + more / attempt.shards());
    }
}
