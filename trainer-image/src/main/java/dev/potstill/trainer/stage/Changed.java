package dev.potstill.trainer.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.contract.Json;
import java.util.function.Consumer;

/** A run's spec with another value in one of its fields. */
final class Changed {
    private Changed() {}

    /** @param change what is done to the spec as JSON */
    static DistillationRunSpec spec(DistillationRunSpec spec, Consumer<ObjectNode> change) {
        ObjectNode tree = Json.mapper().valueToTree(spec);
        change.accept(tree);
        try {
            return Json.mapper().treeToValue(tree, DistillationRunSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
