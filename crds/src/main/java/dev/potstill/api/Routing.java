package dev.potstill.api;

/** Dynamic teacher switching: which teacher answers which prompt. */
public record Routing(Policy policy, String easy, String hard) {

    /** How a prompt is routed. */
    public enum Policy {
        Complexity
    }
}
