package dev.potstill.operator.report;

import dev.potstill.operator.observe.Attempt;
import dev.potstill.operator.run.Names;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.function.Function;

/** The last lines that an attempt's pod printed; none where the pod or its node is gone. */
public record LogTail(KubernetesClient client) implements Function<Attempt, Optional<String>> {
    private static final int LINES = 20;
    private static final int CHARACTERS = 2000;

    @Override
    public Optional<String> apply(Attempt attempt) {
        return attempt.pods().teller().flatMap(this::read);
    }

    private Optional<String> read(Pod pod) {
        try {
            String log = client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .inContainer(Names.TRAINER)
                    .tailingLines(LINES)
                    .getLog();
            return Optional.ofNullable(log)
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .map(LogTail::end);
        } catch (KubernetesClientException e) {
            return Optional.empty();
        }
    }

    /** Whole characters: of one that takes two places not the second alone. */
    private static String end(String text) {
        int from = Math.max(0, text.length() - CHARACTERS);
        return text.substring(from > 0 && Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from);
    }
}
