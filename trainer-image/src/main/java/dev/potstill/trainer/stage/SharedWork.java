package dev.potstill.trainer.stage;

/** The work of a stage that several trainers can share; together they make what one would. */
public interface SharedWork extends StageWork {

    /** Does this trainer's share, from where an earlier attempt left off. */
    void share(StageContext context);

    /** Whether all shares are done. */
    boolean isDone(StageContext context);

    /** Puts all shares together; one trainer does. */
    Made gather(StageContext context);

    @Override
    default Made make(StageContext context) {
        share(context);
        return gather(context);
    }
}
