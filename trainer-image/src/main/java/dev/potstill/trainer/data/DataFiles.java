package dev.potstill.trainer.data;

import dev.potstill.contract.DataCard;

/** The files of the data stage's output. */
public final class DataFiles {
    /** Rows to train on, a {@link Row} a line. */
    public static final String TRAIN = "train.jsonl";

    /** Rows set aside for perplexity and divergence, a {@link Row} a line. */
    public static final String HELD_OUT = "heldout.jsonl";

    /** Prompts with a known right answer, for reinforcement: {@link Row}s whose last message is the question. */
    public static final String PROMPTS = "prompts.jsonl";

    /** Pairs of a right and a wrong answer to the same prompt, a {@link Contrast} a line. */
    public static final String CONTRASTIVE = "contrastive.jsonl";

    /** Every row that was read, and what became of it. */
    public static final String FILTERED = "filtered.jsonl";

    /** Every line that could not be read, and why. */
    public static final String QUARANTINE = "quarantine.jsonl";

    /** The different ways in which a prompt was answered right, a {@link MultiPath} a line. */
    public static final String PATHS = "paths.jsonl";

    /** Which teacher each prompt went to, a {@link Route} a line; there where the run routes prompts. */
    public static final String ROUTES = "routes.jsonl";

    /** What went in, what was kept and why. */
    public static final String CARD = DataCard.NAME;

    private DataFiles() {}
}
