package dev.potstill.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.api.Student;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.RouterLoss;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Adapters and routers against fp64 values of their formulas, computed apart from this project. */
class FormsTest {
    /** Ours are in fp32. */
    private static final double CLOSE = 1e-6;

    private static JsonNode golden(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Shared.folder("golden").resolve("formulas.json").toFile())
                .get(name);
    }

    private static Tensor matrix(Scope scope, JsonNode rows) {
        int width = rows.get(0).size();
        float[] values = new float[rows.size() * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) rows.get(i / width).get(i % width).asDouble();
        }
        return Tensor.of(scope, values, rows.size(), width);
    }

    private static void assertClose(Tensor found, JsonNode wanted) {
        float[] values = found.floats();
        int width = wanted.get(0).size();
        assertThat(values).hasSize(wanted.size() * width);
        for (int i = 0; i < values.length; i++) {
            double expected = wanted.get(i / width).get(i % width).asDouble();
            assertThat((double) values[i]).isCloseTo(expected, within(CLOSE * Math.max(1, Math.abs(expected))));
        }
    }

    @Test
    void an_adapter_is_scaled_by_its_rank_or_by_its_root_and_merged() throws IOException {
        JsonNode lora = golden("lora");
        int rank = lora.get("r").asInt();
        int alpha = lora.get("alpha").asInt();
        Adapters plain =
                Adapters.of(new Student.Lora(rank, alpha, Student.Targets.Attention, false, Student.Keep.Merged));
        Adapters stabilized =
                Adapters.of(new Student.Lora(rank, alpha, Student.Targets.Attention, true, Student.Keep.Merged));
        assertThat(stabilized.scale())
                .isCloseTo(lora.get("out").get("rslora_scale").asDouble(), within(CLOSE));
        try (Scope scope = Scope.open()) {
            Tensor merged = Ops.addLowRank(
                    scope,
                    matrix(scope, lora.get("W")),
                    matrix(scope, lora.get("B")),
                    matrix(scope, lora.get("A")),
                    plain.scale());
            assertClose(merged, lora.get("out").get("merged"));
        }
    }

    @Test
    void tokens_choose_their_experts_and_routers_are_balanced() throws IOException {
        JsonNode moe = golden("moe");
        int chosen = moe.get("top_k").asInt();
        int experts = moe.get("gate_logits").get(0).size();
        // A router whose matrix is the identity says what it is given.
        Router router = new Router.Likeliest("gate", experts, experts, chosen, true);
        String text = router.text().replace("@gate(m)", "m");
        try (Scope scope = Scope.open();
                RouterLoss loss = new RouterLoss();
                Script script = Script.of("def route(self, m: Tensor) -> List[Tensor]:\n"
                        + (text + "return [shares, chosen]\n").indent(4))) {
            Tensor logits = matrix(scope, moe.get("gate_logits"));
            List<Tensor> made = script.callList(scope, "route", logits);
            assertClose(made.get(0), moe.get("out").get("renorm_weights"));
            assertClose(made.get(1), moe.get("out").get("topk"));
            assertThat(loss.balance(scope, List.of(logits), chosen, 1).item())
                    .isCloseTo(moe.get("out").get("aux").asDouble(), within(CLOSE));
            assertThat(loss.z(scope, List.of(logits), 1).item())
                    .isCloseTo(moe.get("out").get("z_loss").asDouble(), within(CLOSE));
        }
    }
}
