package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Condition;
import dev.potstill.api.Condition.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Manifests with something wrong or odd in each, at any field. */
class ManifestsTest {
    private static final int MANY = 300;
    /** Any other is as good: {@code -Dpotstill.seed=N}. */
    private static final long SEED = Long.getLong("potstill.seed", 42);

    private static final List<String> BROKEN =
            List.of("{\"student\": {\"model\": \"../relative\"}}", "{\"quantization\": {\"bits\": 8}}");

    private static final Duration SOON = Duration.ofSeconds(10);

    private final Town town = new Town();
    private final Applying user = new Applying(town);

    @AutoClose
    private final Operating operator = Operating.in(town.namespace);

    @Test
    void a_bad_manifest_is_refused_or_its_field_named_in_time_and_the_good_one_in_its_place_starts() {
        ObjectNode good = Applying.spec();
        var odd = new Odd(good, SEED);
        var refused = new ArrayList<String>();
        SortedMap<String, ObjectNode> applied = new TreeMap<>();
        for (int i = 0; i < MANY; i++) {
            String name = "odd-%03d".formatted(i);
            ObjectNode spec = odd.next();
            user.put(name, spec).ifPresentOrElse(refused::add, () -> applied.put(name, spec));
        }
        Town.eventually(() -> applied.forEach((name, spec) -> judged(name, spec)));
        var bad = applied.keySet().stream().filter(name -> !isAccepted(name)).toList();
        System.out.printf(
                "manifests, seed %d: %d refused by the API server, %d by the operator, %d accepted%n",
                SEED, refused.size(), bad.size(), applied.size() - bad.size());
        assertThat(refused).hasSizeGreaterThan(MANY / 3).allMatch(ManifestsTest::namesIts);
        var onlyOfCluster = bad.stream()
                .filter(name -> user.condition(name, "Accepted").message().startsWith("spec: the cluster"))
                .toList();
        bad.forEach(name -> assertThat(user.put(name, good)).isEmpty());
        bad.forEach(name -> town.job(name + "-data-0"));
        Town.eventually(() -> assertThat(bad).allMatch(this::isAccepted));
        var broken = broken(good);
        // Of a run at work nothing is asked of the cluster that it could refuse.
        bad.stream().filter(name -> !onlyOfCluster.contains(name)).forEach(name -> broken.add(applied.get(name)));
        brokenAndMended(good, broken);
    }

    /** Which the API server lets through. */
    private static List<ObjectNode> broken(ObjectNode good) {
        var broken = new ArrayList<ObjectNode>();
        for (String part : BROKEN) {
            ObjectNode spec = good.deepCopy();
            spec.setAll((ObjectNode) Applying.json(part));
            broken.add(spec);
        }
        return broken;
    }

    /** A run at work is given a bad spec, and its good one again: nothing of it is lost and nothing made twice. */
    private void brokenAndMended(ObjectNode good, List<ObjectNode> bad) {
        assertThat(user.put("whole", good)).isEmpty();
        var data = town.job("whole-data-0");
        var pod = town.hands.run(data);
        for (ObjectNode spec : bad) {
            assertThat(user.put("whole", spec)).isEmpty();
            isSoon("whole", Status.False);
            judged("whole", spec);
            assertThat(user.put("whole", good)).isEmpty();
            isSoon("whole", Status.True);
        }
        assertThat(town.client.resource(pod).get().getMetadata().getDeletionTimestamp())
                .isNull();
        town.hands.exit(pod, 0, "Completed", Hands.lastWord(data));
        town.hands.complete(data);
        town.hands.done(town.job("whole-evaluation-0"));
        Town.eventually(
                () -> assertThat(user.condition("whole", "Succeeded").status()).isEqualTo(Status.True));
        assertThat(town.names().stream().filter(name -> name.startsWith("whole-")))
                .containsExactly("whole-data-0", "whole-evaluation-0");
    }

    /** Either it is accepted, or the field is named. */
    private void judged(String name, ObjectNode spec) {
        var run = user.run(name);
        assertThat(run.getStatus()).as("%s: %s", name, spec).isNotNull();
        Condition accepted = user.condition(name, "Accepted");
        if (accepted.status() != Status.True) {
            assertThat(accepted.message()).as("%s: %s", name, spec).startsWith("spec");
        }
        var took = Duration.between(
                Instant.parse(run.getMetadata().getCreationTimestamp()), Instant.parse(accepted.lastTransitionTime()));
        if (run.getMetadata().getGeneration() == 1) {
            assertThat(took).as("%s: %s", name, spec).isLessThanOrEqualTo(SOON);
        }
    }

    /** A field, or the whole where that is no spec at all. */
    private static boolean namesIts(String message) {
        return message.contains("spec");
    }

    private boolean isAccepted(String name) {
        return user.condition(name, "Accepted").status() == Status.True;
    }

    private void isSoon(String name, Status accepted) {
        await().atMost(SOON).untilAsserted(() -> {
            Condition now = user.condition(name, "Accepted");
            assertThat(now.observedGeneration())
                    .isEqualTo(user.run(name).getMetadata().getGeneration());
            assertThat(now.status()).as(now.message()).isEqualTo(accepted);
        });
    }
}
