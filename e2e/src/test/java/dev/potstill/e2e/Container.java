package dev.potstill.e2e;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A pod's container, which may be a process of this machine: it is where the cluster was started by these tests. */
record Container(ContainerStatus status) {

    /** SIGKILL; false where no process of this machine is the container's. */
    boolean kill() {
        String id = status.getContainerID().replaceFirst(".*//", "");
        return ProcessHandle.allProcesses()
                .filter(process -> isOf(id, process))
                .findFirst()
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
    }

    private static boolean isOf(String container, ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cgroup"))
                    .contains(container);
        } catch (IOException e) {
            return false; // it has ended, or is another user's
        }
    }
}
