package dev.potstill.cli.screen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.contract.Progress;
import dev.potstill.pipeline.Decide;
import dev.potstill.pipeline.Observed;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Retries;
import dev.potstill.pipeline.Situation;
import dev.potstill.pipeline.Standing.ToRun;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Instant time = Instant.parse("2026-01-01T12:00:00Z");

    private Terminal terminal(boolean colours) {
        return new Terminal(new PrintStream(out, true, UTF_8), Optional.of(80), colours);
    }

    private static void show(Screen screen, Observed seen) {
        var plan = new Plan(List.of(new Planned(Stage.Reinforcement, new ToRun("d", OptionalInt.empty()))));
        var now = new Situation(Execution.Running, plan, Map.of(), seen);
        screen.show(now, new Decide(Retries.STANDARD).next(now));
    }

    private static Active at(long step) {
        var progress =
                new Progress(Stage.Reinforcement, "sampling answers", step, 4000, 12_345, Map.of("loss", 0.5), 754L);
        return new Active(Stage.Reinforcement, Optional.of(progress));
    }

    private List<String> lines() {
        return out.toString(UTF_8).lines().toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 100, 200})
    void the_live_line_never_wraps(int columns) {
        show(new LiveScreen(terminal(false), columns), at(1730));

        String line = out.toString(UTF_8).replace("\r\u001b[K", "");
        assertThat(line.length()).isLessThan(columns);
        assertThat(line).contains("Reinforcement").contains("43%");
    }

    @Test
    void a_wide_live_line_shows_bar_steps_time_left_loss_and_speed() {
        show(new LiveScreen(terminal(false), 140), at(2000));

        assertThat(out.toString(UTF_8))
                .contains("███████████████ ")
                .contains(" 50%  2,000/4,000  ETA 12m34s  loss 0.500  12,345 tokens/s  sampling answers");
    }

    @ParameterizedTest
    @CsvSource({"0, '        '", "1, '████████'", "0.5, '████    '", "0.0625, '▌       '", "0.99, '███████▉'"})
    void a_bar_is_drawn_to_the_eighth_of_a_column(double share, String bar) {
        assertThat(LiveScreen.bar(share, 8)).isEqualTo(bar);
    }

    @Test
    void without_a_terminal_there_is_at_most_one_line_in_ten_seconds_and_no_escape_code() {
        var screen = new PlainScreen(terminal(false), () -> time);
        show(screen, new Nothing());
        for (int second = 0; second <= 25; second++) {
            show(screen, at(second));
            time = time.plus(Duration.ofSeconds(1));
        }

        assertThat(lines()).hasSize(4).element(0).isEqualTo("  Reinforcement starts");
        assertThat(lines().get(2)).contains("10/4,000");
        assertThat(out.toString(UTF_8)).doesNotContain("\u001b");
    }

    @Test
    void colours_are_used_where_they_are_wanted() {
        assertThat(terminal(true).green("done")).isEqualTo("\u001b[32mdone\u001b[0m");
        assertThat(terminal(false).green("done")).isEqualTo("done");
    }
}
