package dev.potstill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class SurroundingsTest {
    @Test
    void surroundings_heed_the_terminal_its_width_and_the_wish_for_no_colours() {
        var properties = new Properties();
        properties.setProperty("potstill.terminals", "12");
        properties.setProperty("potstill.columns", "132");

        assertThat(Surroundings.of(properties, Map.of()).out().columns()).hasValue(132);
        assertThat(Surroundings.of(properties, Map.of("COLUMNS", "66")).out().columns())
                .hasValue(66);
        assertThat(Surroundings.of(properties, Map.of("NO_COLOR", "1")).out().colours())
                .isFalse();
        assertThat(Surroundings.of(properties, Map.of("TERM", "dumb")).out().columns())
                .isEmpty();
        properties.setProperty("potstill.terminals", "2");
        assertThat(Surroundings.of(properties, Map.of()).out().columns()).isEmpty();
        assertThat(Surroundings.of(properties, Map.of()).err().columns()).hasValue(132);
    }
}
