package dev.potstill.api;

/** What the user wants of the run. */
public enum Execution {
    Running,
    Paused,
    Cancelled
}
