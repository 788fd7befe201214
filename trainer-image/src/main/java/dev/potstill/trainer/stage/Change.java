package dev.potstill.trainer.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.ByteSize;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A forecast under other settings.
 *
 * @param settings what they are set to, for people
 */
record Change(List<String> settings, Forecast forecast) {

    Change {
        settings = List.copyOf(settings);
    }

    static Change none(Forecast forecast) {
        return new Change(List.of(), forecast);
    }

    /** With one more. */
    Change and(String setting, Forecast changed) {
        return new Change(Stream.concat(settings.stream(), Stream.of(setting)).toList(), changed);
    }

    /** With one more, set in the run's spec. */
    Change and(String setting, Consumer<ObjectNode> spec) {
        return and(
                setting, forecast.under(Changed.spec(forecast.shapes().context().spec(), spec)));
    }

    long memory() {
        return forecast.memory();
    }

    String words() {
        return "%s, with which it takes about %s".formatted(String.join(", ", settings), ByteSize.words(memory()));
    }
}
