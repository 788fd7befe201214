package dev.potstill.api;

/** A benchmark. */
public enum Suite {
    WordProblems,
    GSM8K,
    HumanEval,
    MMLU,
    LongSummary,
    MultiTurn,
    Toxicity,
    Perplexity,
    Divergence,
    Latency
}
