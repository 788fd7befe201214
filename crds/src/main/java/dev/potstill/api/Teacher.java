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

/** A model to learn from: loaded in the trainer, or asked over an OpenAI-compatible endpoint. Exactly one of the two. */
@ValidationRule(value = "has(self.model) != has(self.endpoint)", message = "expected exactly one of model and endpoint")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Teacher(
        @JsonPropertyDescription("Its name in this run.") @Required @Pattern(Form.DNS_LABEL) @Size(min = 1, max = 63)
        String name,

        @JsonPropertyDescription("A model that the trainer loads, so that its hidden states and logits can be used:"
                + " safetensors in a folder, or a GGUF file. A path, file://, builtin:// (shipped in the trainer),"
                + " hf://, s3://, oci:// or pvc://.")
        @Nullable
        @Pattern(Form.LOCATION)
        @Size(min = 1, max = 1024)
        String model,

        @JsonPropertyDescription("An OpenAI-compatible server that is asked.") @Nullable
        Endpoint endpoint,

        @JsonPropertyDescription(
                "How a model that the trainer loads is held while its hidden states and logits are read."
                        + " Resident: all of it in memory. Streamed: one layer, and the next one being read, while large blocks"
                        + " of tokens pass it; for a teacher larger than the memory. Auto: Streamed where its weights take more"
                        + " than 60 % of the memory.")
        @Default("Auto")
        Residency residency) {

    /** How a model is held while it is read. */
    public enum Residency {
        Auto,
        Resident,
        Streamed
    }

    /** An OpenAI-compatible server. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Endpoint(
            @JsonPropertyDescription("The server's base URL, up to and with /v1, without a user or password in it.")
            @Required
            @Pattern(Form.HTTP_URL)
            @Size(min = 1, max = 1024)
            String url,

            @JsonPropertyDescription("The name of the model at the server.") @Required @Size(min = 1, max = 253)
            String model,

            @JsonPropertyDescription("The Secret with the server's token. Left out, none is sent.") @Nullable
            SecretRef secretRef,

            @JsonPropertyDescription("Questions in flight at most.") @Default("16") @Min(1) @Max(4096)
            Integer maxConcurrency,

            @JsonPropertyDescription(
                    "Seconds in which an answer is to be there whole, before the question is asked" + " again.")
            @Default("120")
            @Min(1)
            @Max(86_400)
            Integer timeoutSeconds,

            @JsonPropertyDescription("Seconds for which a question is asked again where the server is slow, busy or"
                    + " gone, before the stage fails with exit code 69 (teacher unavailable).")
            @Default("600")
            @Min(0)
            @Max(604_800)
            Integer retrySeconds,

            @JsonPropertyDescription("What its tokens cost, so that the data card can tell what was spent."
                    + " Left out, tokens are counted and no cost is told.")
            @Nullable
            Price price) {}

    /** What tokens of a server cost. Changed, it changes what is told, not what is made. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Price(
            @JsonPropertyDescription("Price of a million tokens of questions, a decimal in quotes: \"0.55\".")
            @Required
            @Pattern(Form.DECIMAL)
            @Size(max = 24)
            String inputPerMillion,

            @JsonPropertyDescription("Price of a million tokens of answers, a decimal in quotes: \"2.19\".")
            @Required
            @Pattern(Form.DECIMAL)
            @Size(max = 24)
            String outputPerMillion,

            @JsonPropertyDescription("What the prices are in, as it is to be shown: USD, EUR, credits.")
            @Nullable
            @Size(min = 1, max = 16)
            String currency) {}

    /**
     * A Secret in the run's namespace whose key {@code token} is sent as the bearer token. The trainer finds it in the environment
     * variable {@code POTSTILL_ENDPOINT_TOKEN_NAME}.
     */
    public record SecretRef(
            @JsonPropertyDescription(
                    "The name of a Secret in the run's namespace; its key token is sent as the bearer token. The"
                            + " trainer reads it from the environment variable POTSTILL_ENDPOINT_TOKEN_ followed by"
                            + " this name in capitals, with _ for each character that is neither letter nor digit.")
            @Required
            @Pattern(Form.OBJECT_NAME)
            @Size(min = 1, max = 253)
            String name) {}
}
