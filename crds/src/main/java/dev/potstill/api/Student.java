package dev.potstill.api;

import org.jspecify.annotations.Nullable;

/** The model that learns: what it starts from and which of its weights are trained. */
public record Student(
        String model,
        @Nullable String tokenizer,
        Architecture architecture,
        Lora lora,
        @Nullable Moe moe,
        @Nullable Integer keepLayers) {

    /** Which weights the feature stage trains: adapters on a frozen base, a mixture of experts, or all of them. */
    public enum Architecture {
        LoRA,
        MoE,
        Full
    }

    /** Low-rank adapters: W' = W + alpha / rank * B A. */
    public record Lora(Integer rank, Integer alpha, Targets targets) {}

    /** Which linear layers carry an adapter. */
    public enum Targets {
        Attention,
        AllLinear
    }

    /** A mixture of experts, upcycled from the dense student. */
    public record Moe(Integer experts, Integer activeExperts) {}
}
