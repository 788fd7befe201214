package dev.potstill.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.contract.Problem;
import dev.potstill.manifest.Manifest;

/** Whether a run is one that can be carried out as it was asked for. A bad run is a value, not an exception. */
sealed interface Acceptance {
    /** The run is good. */
    record Accepted(Manifest manifest) implements Acceptance {}

    /** The run is not, and why: a line for each field. */
    record Rejected(String why) implements Acceptance {}

    static Acceptance of(RunResource run) {
        JsonNode resource = new ObjectMapper().valueToTree(run);
        try {
            return new Accepted(Manifest.of(resource));
        } catch (Problem problem) {
            return new Rejected(problem.getMessage());
        }
    }
}
