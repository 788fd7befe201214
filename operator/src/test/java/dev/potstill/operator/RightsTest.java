package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.potstill.testing.Audit;
import dev.potstill.testing.Audit.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the packed operator asks of the API server, over all that happens to runs: what the chart lets it, all of it and no more. */
class RightsTest {
    /** What everyone may. */
    private static final Set<String> EVERYONES = Set.of("authorization.k8s.io/selfsubjectrulesreviews create");

    @Test
    void the_chart_allows_what_the_operator_does_and_nothing_else() {
        var town = new Town();
        try (var operator = Packed.start()) {
            var story = Story.in(town);
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                story.goOn();
                return story.isOver();
            });
            // A claim that is not its own is looked at; that it is not taken is told by the packed operator, too.
            town.client
                    .resource(ClaimTest.claim("taken-workspace", town.namespace, Map.of()))
                    .create();
            town.apply("taken", "builtin://start", "  stages: [Data]\n");
            Town.eventually(() -> assertThat(town.status("taken").conditions())
                    .anySatisfy(condition -> assertThat(condition.message()).contains("taken-workspace")));
            town.apply("another", "builtin://start", "  stages: [Data]\n");
            town.apply(Story.EDITED + "  workspace: {deletionPolicy: Retain}\n  ttlSecondsAfterFinished: 1\n");
            Town.eventually(() -> assertThat(town.run()).isNull());
            // Asked for again and again, it would be at work in other tests, too.
            List.of("taken", "another")
                    .forEach(name -> town.client.resource(town.run(name)).delete());
            assertThat(operator.log()).doesNotContain("ERROR");
        }
        var entries = Audit.entries();
        assertThat(entries).extracting(Entry::code).doesNotContain(403);
        assertThat(used(entries.stream())).isEqualTo(Chart.allowed());
    }

    private static SortedSet<String> used(Stream<Entry> entries) {
        var used = entries.flatMap(RightsTest::rights).collect(Collectors.toCollection(TreeSet::new));
        used.removeAll(EVERYONES);
        // The SDK asks for it at its start, and will not elect a leader without.
        used.add("coordination.k8s.io/leases update");
        return used;
    }

    /** An apply of what is not there is a create, too; neither a status nor a lease is made so. */
    private static Stream<String> rights(Entry entry) {
        boolean applied = entry.verb().equals("patch")
                && !entry.resource().contains("/")
                && !entry.resource().equals("leases");
        return applied
                ? Stream.of(entry.right(), entry.group() + "/" + entry.resource() + " create")
                : Stream.of(entry.right());
    }
}
