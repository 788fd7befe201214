package dev.potstill.trainer.estimate;

import java.util.LinkedHashMap;
import java.util.Map;

/** Bytes by what they are for, in the order in which they are told. */
public final class Parts {
    private final Map<String, Long> bytes = new LinkedHashMap<>();

    public Parts and(String name, long more) {
        bytes.put(name, more);
        return this;
    }

    public Map<String, Long> bytes() {
        return new LinkedHashMap<>(bytes);
    }
}
