package dev.potstill.api;

import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where pods run in a cluster. The local runner runs on this machine. */
public record Scheduling(
        @Nullable Gpu gpu,
        @Nullable String queueName,
        @Nullable String priorityClassName,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations) {

    /** The extended resource each trainer pod asks for. */
    public record Gpu(String resource, Integer count) {}
}
