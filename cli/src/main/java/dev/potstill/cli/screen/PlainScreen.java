package dev.potstill.cli.screen;

import dev.potstill.api.Stage;
import dev.potstill.contract.Progress;
import dev.potstill.pipeline.Decision;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Situation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Lines for a file or a program: each is whole, and of progress there is at most one in ten seconds. */
public final class PlainScreen implements Screen {
    private static final Duration BETWEEN = Duration.ofSeconds(10);

    private final Terminal terminal;
    private final InstantSource clock;
    private final StageLines lines;
    private Instant next = Instant.MIN;
    private String last = "";

    public PlainScreen(Terminal terminal, InstantSource clock) {
        this.terminal = terminal;
        this.clock = clock;
        this.lines = new StageLines(terminal);
    }

    @Override
    public void show(Situation now, Decision decision) {
        lines.news(now, decision).forEach(terminal.out()::println);
        if (decision instanceof Start(var stage, var _)) {
            terminal.out().println("  %s starts".formatted(stage));
            next = Instant.MIN;
        }
        if (now.seen() instanceof Active(var stage, var progress)) {
            progress.ifPresent(known -> tell(stage, known));
        }
    }

    private void tell(Stage stage, Progress progress) {
        Instant time = clock.instant();
        if (!time.isBefore(next)) {
            terminal.out()
                    .println(
                            "  %s %s".formatted(StageLines.name(stage), String.join("  ", StageLines.parts(progress))));
            next = time.plus(BETWEEN);
        }
    }

    @Override
    public void warn(String line) {
        terminal.out().println("  " + line);
    }
}
