package dev.potstill.api;

import org.jspecify.annotations.Nullable;

/** The volume that holds a run's stages and checkpoints in a cluster. The local runner keeps them in a folder. */
public record Workspace(String size, @Nullable String storageClassName, AccessMode accessMode) {

    /** How the volume is mounted. */
    public enum AccessMode {
        ReadWriteOnce,
        ReadWriteMany
    }
}
