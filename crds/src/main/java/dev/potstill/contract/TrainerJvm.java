package dev.potstill.contract;

import java.util.List;

/** How a trainer's Java is started, by the command line and in the image alike: a pod trains as a laptop does. */
public final class TrainerJvm {
    /**
     * Tensors are not on Java's heap. One thread collects its garbage, for the arithmetic needs the others; what the C library holds
     * free, some megabytes after the compiler has done its work, is given back once a minute, and not more often, as the next step has
     * to get it anew; no library is to be looked for on the network; and numbers read the same whatever the machine's language.
     */
    public static final List<String> FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:MaxRAMPercentage=25",
            "-XX:TrimNativeHeapInterval=60000",
            "-Dai.djl.offline=true",
            "-Duser.language=en",
            "-Duser.country=US");

    private TrainerJvm() {}
}
