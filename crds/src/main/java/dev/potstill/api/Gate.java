package dev.potstill.api;

import org.jspecify.annotations.Nullable;

/** A score the student must reach. */
public record Gate(
        Suite suite,
        @Nullable Integer minPercentOfTeacher,
        @Nullable Integer minScore) {}
