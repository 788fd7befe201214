package dev.potstill.trainer.stage;

import dev.potstill.contract.ByteSize;
import dev.potstill.contract.Problem;
import java.util.Optional;

/**
 * Whether there is room to keep signals.
 *
 * @param what they are, for people
 * @param missing bytes that are not there yet
 * @param room bytes that may be kept
 * @param cacheSize as it is set
 * @param never why they cannot be computed at each step, where they cannot: then there is nothing for it but an end
 */
record SignalRoom(String what, long missing, long room, String cacheSize, Optional<String> never) {
    private static final String SETTING = "spec.workspace.cacheSize";

    boolean isEnough() {
        return missing == 0 || missing <= room;
    }

    /** A {@link Problem} where there is too little room for what must be kept. */
    void require() {
        if (!isEnough() && never.isPresent()) {
            throw Problem.unfit("%s, for %s. Set %s".formatted(found(), never.get(), setting()));
        }
    }

    /** What is told of those that are computed each time, for want of room. */
    Optional<String> warning() {
        return isEnough()
                ? Optional.empty()
                : Optional.of(
                        "%s; it is computed anew each time it is used, which takes longer. To have it stored, set %s"
                                .formatted(found(), setting()));
    }

    private String found() {
        return "%s: found %s, of which %s can be had, expected %s more for %s"
                .formatted(SETTING, cacheSize, ByteSize.words(Math.max(0, room)), ByteSize.words(missing), what);
    }

    /** The size that would do, for a manifest. */
    String setting() {
        return SETTING + " to " + ByteSize.setting(ByteSize.parse(cacheSize) - room + missing);
    }
}
