package dev.potstill.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The project's version, which is the images' tag and the chart's appVersion. */
final class Version {
    private static final Pattern APP_VERSION = Pattern.compile("(?m)^appVersion: \"?([^\"\\s]+)\"?$");

    private Version() {}

    static String of(Path home) throws IOException {
        Path chart = home.resolve("charts/potstill/Chart.yaml");
        var found = APP_VERSION.matcher(Files.readString(chart));
        if (!found.find()) {
            throw new IOException(chart + " has no appVersion");
        }
        return found.group(1);
    }
}
