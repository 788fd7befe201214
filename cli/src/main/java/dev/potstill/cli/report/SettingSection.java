package dev.potstill.cli.report;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What it takes to make the same again: the settings with every default, and the versions. */
record SettingSection(String yaml, Made made) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    Tag tag() {
        return Tag.of("section")
                .add(
                        Tag.of("h2", "Settings and versions"),
                        Tag.of("details")
                                .add(
                                        Tag.of("summary", "The manifest with every default"),
                                        Tag.of("pre").add(Tag.of("code", yaml))),
                        Tag.of("p")
                                .classed("versions")
                                .text("Potstill %s · trainer ".formatted(made.potstillVersion()))
                                .add(Tag.of("code", made.trainerVersion().substring(0, 12))
                                        .set("title", made.trainerVersion()))
                                .text(" · Java %s · %s".formatted(made.javaVersion(), TIME.format(made.at()))));
    }
}
