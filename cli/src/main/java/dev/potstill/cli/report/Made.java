package dev.potstill.cli.report;

import java.time.Instant;

/** With what a page was made, and when. */
public record Made(String potstillVersion, String trainerVersion, String javaVersion, Instant at) {}
