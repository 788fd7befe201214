package dev.potstill.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DefaultsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @Test
    void an_absent_field_and_a_null_take_the_default_and_those_below_it() throws IOException {
        JsonNode given = JSON.readTree("{\"feature\": null, \"response\": {\"topK\": 8, \"temperature\": null}}");
        JsonNode resolved = Defaults.apply(Schema.ofSpec(), given);
        assertThat(resolved.at("/feature"))
                .isEqualTo(
                        JSON.readTree(
                                "{\"epochs\": 2, \"layerMap\": \"Uniform\", \"layers\": [], \"projection\": \"WhereWidthsDiffer\"}"));
        assertThat(resolved.at("/response/topK").asInt()).isEqualTo(8);
        assertThat(resolved.at("/response/temperature").asText()).isEqualTo("2.0");
        assertThat(resolved.at("/data/heldOut").isMissingNode()).isTrue();
    }

    @Test
    void a_null_without_a_default_is_dropped() throws IOException {
        JsonNode resolved = Defaults.apply(Schema.ofSpec(), JSON.readTree("{\"ttlSecondsAfterFinished\": null}"));
        assertThat(resolved.has("ttlSecondsAfterFinished")).isFalse();
    }

    @Test
    void what_is_unknown_or_of_a_wrong_type_is_left_for_the_check() throws IOException {
        JsonNode given = JSON.readTree("{\"x\": 1, \"feature\": 3}");
        JsonNode resolved = Defaults.apply(Schema.ofSpec(), given);
        assertThat(resolved.at("/x").asInt()).isEqualTo(1);
        assertThat(resolved.at("/feature").asInt()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void resolving_twice_is_resolving_once(long seed) {
        JsonNode given = some(Schema.ofSpec(), new Random(seed));
        JsonNode once = Defaults.apply(Schema.ofSpec(), given);
        assertThat(Defaults.apply(Schema.ofSpec(), once)).isEqualTo(once);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void what_was_given_is_kept(long seed) {
        JsonNode given = some(Schema.ofSpec(), new Random(seed));
        keeps(Defaults.apply(Schema.ofSpec(), given), given);
    }

    private static LongStream seeds() {
        return LongStream.range(0, 500);
    }

    private static void keeps(JsonNode resolved, JsonNode given) {
        if (given instanceof ObjectNode object) {
            object.properties().stream()
                    .filter(entry -> !entry.getValue().isNull())
                    .forEach(entry -> keeps(resolved.path(entry.getKey()), entry.getValue()));
        } else if (given instanceof ArrayNode array) {
            assertThat(resolved).hasSameSizeAs(array);
            for (int i = 0; i < array.size(); i++) {
                keeps(resolved.get(i), array.get(i));
            }
        } else {
            assertThat(resolved).isEqualTo(given);
        }
    }

    /** A value of about this shape: fields left out, nulls, and now and then something of another type. */
    private static JsonNode some(Schema schema, Random random) {
        if (random.nextInt(12) == 0) {
            return NODES.numberNode(random.nextInt());
        }
        if (schema.is("array")) {
            ArrayNode list = NODES.arrayNode();
            random.ints(random.nextInt(4)).forEach(i -> list.add(some(schema.items(), random)));
            return list;
        }
        if (!schema.is("object")) {
            return NODES.textNode(Integer.toString(random.nextInt()));
        }
        ObjectNode object = NODES.objectNode();
        schema.properties().forEach((name, below) -> {
            switch (random.nextInt(4)) {
                case 0 -> {}
                case 1 -> object.putNull(name);
                default -> object.set(name, some(below, random));
            }
        });
        return object;
    }
}
