package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The volume that holds a run's stages and checkpoints in a cluster. The local runner keeps them in a folder. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Workspace(
        @JsonPropertyDescription("Size of the volume.") @Default("200Gi") @Pattern(Form.VOLUME) @Size(min = 2, max = 16)
        String size,

        @JsonPropertyDescription("Storage class of the volume. Left out, the cluster's default.")
        @Nullable
        @Pattern(Form.OBJECT_NAME)
        @Size(min = 1, max = 253)
        String storageClassName,

        @JsonPropertyDescription(
                "How the volume is mounted. ReadWriteMany lets the pods of a stage run on several" + " nodes.")
        @Default("ReadWriteOnce")
        AccessMode accessMode,

        @JsonPropertyDescription(
                "An existing PersistentVolumeClaim of the run's namespace to use in the place of one of"
                        + " its own. Runs that share one reuse each other's stages.")
        @Nullable
        @Pattern(Form.OBJECT_NAME)
        @Size(min = 1, max = 253)
        String claimName,

        @JsonPropertyDescription("What becomes of the run's own volume when the run is deleted. Retain: it stays, and a"
                + " run of the same name takes it up again.")
        @Default("Delete")
        DeletionPolicy deletionPolicy,

        @JsonPropertyDescription(
                "Space for what teachers and frozen layers were found to say, on this machine too: it is"
                        + " computed once and read by later epochs, attempts and runs. What was not used for longest is deleted"
                        + " first; what a stage at work reads never is. With 1M next to nothing is kept, and it is computed anew at"
                        + " each step.")
        @Default("50Gi")
        @Pattern(Form.VOLUME)
        @Size(min = 2, max = 16)
        String cacheSize) {

    /** What becomes of a run's volume when the run is deleted. */
    public enum DeletionPolicy {
        Delete,
        Retain
    }

    /** How the volume is mounted. */
    public enum AccessMode {
        ReadWriteOnce,
        ReadWriteMany
    }
}
