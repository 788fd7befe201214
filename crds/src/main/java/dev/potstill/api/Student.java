package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The model that learns: what it starts from and which of its weights are trained. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Student(
        @JsonPropertyDescription("The model it starts from: safetensors in a folder, or a GGUF file. A path,"
                + " file://, builtin:// (shipped in the trainer), hf://, s3://, oci://, pvc:// or run://NAME (another"
                + " run's student).")
        @Required
        @Pattern(Form.LOCATION)
        @Size(min = 1, max = 1024)
        String model,

        @JsonPropertyDescription("Its tokenizer, where it is not beside the model.")
        @Nullable
        @Pattern(Form.LOCATION)
        @Size(min = 1, max = 1024)
        String tokenizer,

        @JsonPropertyDescription("Which weights are trained. LoRA: adapters on a frozen base. MoE: a mixture of experts"
                + " grown from it. Full: all weights of its layers.")
        @Default("LoRA")
        Architecture architecture,

        @JsonPropertyDescription("Low-rank adapters: W' = W + alpha / rank * B A; used with architecture LoRA.")
        Lora lora,

        @JsonPropertyDescription("The mixture of experts; used with architecture MoE.")
        Moe moe,

        @JsonPropertyDescription("Layers that are kept of the starting model, spread evenly. Left out, all.")
        @Nullable
        @Min(1)
        @Max(1024)
        Integer keepLayers) {

    /** Which weights the feature stage trains: adapters on a frozen base, a mixture of experts, or all of them. */
    public enum Architecture {
        LoRA,
        MoE,
        Full
    }

    /** Low-rank adapters: W' = W + alpha / rank * B A. */
    public record Lora(
            @JsonPropertyDescription("Rank of the adapters.") @Default("256") @Min(1) @Max(8192)
            Integer rank,

            @JsonPropertyDescription("Scale of the adapters, divided by rank.") @Default("512") @Min(1) @Max(65_536)
            Integer alpha,

            @JsonPropertyDescription("Which linear layers carry an adapter. Attention: the query, key, value and output"
                    + " projections. AllLinear: those of the feed-forward block too.")
            @Default("Attention")
            Targets targets,

            @JsonPropertyDescription(
                    "Whether the scale is alpha / sqrt(rank), which keeps high ranks learning (rsLoRA).")
            @Default("false")
            Boolean rankStabilized,

            @JsonPropertyDescription(
                    "How the student is kept. Merged: the feature stage's adapters are added to the base,"
                            + " later stages train the last layers' own weights, and every stage saves the whole model. Adapter: the"
                            + " base stays as it is, every stage trains adapters, later ones those of the last layers, and saves"
                            + " them alone, as a folder that PEFT loads onto the starting model.")
            @Default("Merged")
            Keep keep) {}

    /** How a student with adapters is kept. */
    public enum Keep {
        Merged,
        Adapter
    }

    /** Which linear layers carry an adapter. */
    public enum Targets {
        Attention,
        AllLinear
    }

    /** A mixture of experts, upcycled from the dense student. */
    @ValidationRule(
            value = "double(self.balanceCoefficient) <= 100.0",
            message = "expected at most 100",
            fieldPath = ".balanceCoefficient")
    @ValidationRule(
            value = "double(self.zCoefficient) <= 100.0",
            message = "expected at most 100",
            fieldPath = ".zCoefficient")
    @ValidationRule(
            value = "self.activeExperts <= self.experts",
            message = "expected at most as many as experts",
            fieldPath = ".activeExperts")
    public record Moe(
            @JsonPropertyDescription("Experts of each layer.") @Default("4") @Min(2) @Max(256)
            Integer experts,

            @JsonPropertyDescription(
                    "Experts that a token passes through; with one alone its share would always be all, and the"
                            + " router would learn nothing.")
            @Default("2")
            @Min(2)
            @Max(256)
            Integer activeExperts,

            @JsonPropertyDescription(
                    "Weight of the term that keeps the experts equally used, experts times the sum over"
                            + " them of share of tokens times mean probability, a decimal in quotes.")
            @Default("0.01")
            @Pattern(Form.DECIMAL)
            @Size(max = 24)
            String balanceCoefficient,

            @JsonPropertyDescription("Weight of the term that keeps the routers' logits small, the mean of"
                    + " log(sum(exp(logits)))^2, a decimal in quotes.")
            @Default("0")
            @Pattern(Form.DECIMAL)
            @Size(max = 24)
            String zCoefficient) {}
}
