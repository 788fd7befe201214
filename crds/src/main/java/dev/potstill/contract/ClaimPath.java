package dev.potstill.contract;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code pvc://CLAIM/PATH}: a file or folder on a volume that a claim of the run's namespace holds.
 *
 * @param claim the claim's name
 * @param path from the volume's root, empty for all of it
 */
public record ClaimPath(String claim, String path) {
    public static final String SCHEME = "pvc://";
    private static final Pattern FORM = Pattern.compile(SCHEME + "([a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?)(?:/(.*))?");

    /** Empty where it is none, or would lead out of the volume. */
    public static Optional<ClaimPath> of(String location) {
        var found = FORM.matcher(location);
        if (!found.matches()) {
            return Optional.empty();
        }
        String path = Objects.requireNonNullElse(found.group(2), "");
        return Arrays.asList(path.split("/")).contains("..")
                ? Optional.empty()
                : Optional.of(new ClaimPath(found.group(1), path));
    }

    @Override
    public String toString() {
        return SCHEME + claim + "/" + path;
    }
}
