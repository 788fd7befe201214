package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where pods run in a cluster. The local runner runs on this machine. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Scheduling(
        @JsonPropertyDescription("The accelerator each trainer pod asks for. Left out, none.") @Nullable
        Gpu gpu,

        @JsonPropertyDescription("The local queue of the run's namespace that admits the stages' jobs.")
        @Nullable
        @Pattern(Form.OBJECT_NAME)
        @Size(min = 1, max = 63)
        String queueName,

        @JsonPropertyDescription("The priority class of the pods.")
        @Nullable
        @Pattern(Form.OBJECT_NAME)
        @Size(min = 1, max = 253)
        String priorityClassName,

        @JsonPropertyDescription("Labels that a node must have.") @Size(max = 64)
        Map<String, String> nodeSelector,

        @JsonPropertyDescription("Taints of nodes that the pods tolerate.") @Size(max = 64)
        List<Toleration> tolerations,

        @JsonPropertyDescription("Processor and memory that each trainer pod asks for. Left out, none is promised.")
        @Nullable
        Resources resources,

        @JsonPropertyDescription("The runtime class of the pods.")
        @Nullable
        @Pattern(Form.OBJECT_NAME)
        @Size(min = 1, max = 253)
        String runtimeClassName,

        @JsonPropertyDescription("Secrets of the run's namespace to pull the trainer's image with.") @Size(max = 8)
        List<SecretName> imagePullSecrets,

        @JsonPropertyDescription("Secrets of the run's namespace whose keys become environment variables of the"
                + " trainer, such as credentials for object storage.")
        @Size(max = 8)
        List<SecretName> envFromSecrets) {

    public Scheduling {
        nodeSelector = Collections.unmodifiableMap(new LinkedHashMap<>(nodeSelector));
        tolerations = List.copyOf(tolerations);
        imagePullSecrets = List.copyOf(imagePullSecrets);
        envFromSecrets = List.copyOf(envFromSecrets);
    }

    /** What each trainer pod asks for; it gets no more memory than it asks for. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Resources(
            @JsonPropertyDescription("Processors, such as \"4\" or \"500m\"; more are used where they are free.")
            @Nullable
            @Pattern(Form.PROCESSORS)
            @Size(min = 1, max = 8)
            String cpu,

            @JsonPropertyDescription("Memory, such as \"32Gi\"; a pod that takes more is ended.")
            @Nullable
            @Pattern(Form.VOLUME)
            @Size(min = 2, max = 16)
            String memory) {}

    /** A Secret of the run's namespace. */
    public record SecretName(
            @JsonPropertyDescription("The name of a Secret in the run's namespace.")
            @Required
            @Pattern(Form.OBJECT_NAME)
            @Size(min = 1, max = 253)
            String name) {}

    /** The extended resource each trainer pod asks for. */
    public record Gpu(
            @JsonPropertyDescription("The name of the extended resource.")
            @Default("nvidia.com/gpu")
            @Pattern(Form.RESOURCE_NAME)
            @Size(min = 3, max = 317)
            String resource,

            @JsonPropertyDescription("How many of it.") @Default("1") @Min(1) @Max(64)
            Integer count) {}

    /** A taint that the pods tolerate; the fields are those of a pod's tolerations. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Toleration(
            @JsonPropertyDescription("The taint's key. Left out with operator Exists, any.") @Nullable @Size(max = 317)
            String key,

            @JsonPropertyDescription("Equal compares the value, Exists does not.") @Default("Equal")
            Operator operator,

            @JsonPropertyDescription("The taint's value.") @Nullable @Size(max = 63)
            String value,

            @JsonPropertyDescription("The taint's effect. Left out, all effects.") @Nullable
            Effect effect,

            @JsonPropertyDescription("Seconds for which NoExecute is tolerated. Left out, for ever.")
            @Nullable
            @Min(0)
            @Max(Integer.MAX_VALUE)
            Integer tolerationSeconds) {}

    /** How a taint is matched. */
    public enum Operator {
        Equal,
        Exists
    }

    /** What a taint does. */
    public enum Effect {
        NoSchedule,
        PreferNoSchedule,
        NoExecute
    }
}
