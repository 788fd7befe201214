package dev.potstill.cli;

import dev.potstill.cli.cluster.Desk;
import dev.potstill.cli.report.Made;
import dev.potstill.cli.screen.Terminal;
import dev.potstill.contract.Notices;
import dev.potstill.pipeline.Retries;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the command line takes from outside.
 *
 * @param name by which it was called: potstill, or kubectl potstill
 * @param home the folder that holds the project's modules
 * @param folder the current folder
 * @param out where results go
 * @param err where everything else goes
 */
record Surroundings(
        String name,
        Path home,
        Path folder,
        Terminal out,
        Terminal err,
        InstantSource clock,
        Retries retries,
        Bell bell) {
    private static final int USUAL_COLUMNS = 80;

    /**
     * As the starting script tells them: {@code potstill.name}, {@code potstill.home}, {@code potstill.columns}, and {@code potstill.terminals}, the
     * numbers of the streams that people watch.
     */
    static Surroundings of(Properties properties, Map<String, String> environment) {
        Optional<Integer> columns = columns(environment.get("COLUMNS"))
                .or(() -> columns(properties.getProperty("potstill.columns")))
                .or(() -> Optional.of(USUAL_COLUMNS));
        boolean dumb = "dumb".equals(environment.get("TERM"));
        boolean colours = environment.getOrDefault("NO_COLOR", "").isEmpty();
        String watched = dumb ? "" : properties.getProperty("potstill.terminals", "");
        boolean outWatched = watched.contains("1");
        boolean errWatched = watched.contains("2");
        return new Surroundings(
                properties.getProperty("potstill.name", "potstill"),
                Path.of(properties.getProperty("potstill.home", ".")).toAbsolutePath(),
                Path.of("").toAbsolutePath(),
                new Terminal(System.out, columns.filter(any -> outWatched), colours && outWatched),
                new Terminal(System.err, columns.filter(any -> errWatched), colours && errWatched),
                Clock.systemUTC(),
                Retries.STANDARD,
                new Bell());
    }

    /** To where everything goes that is no result. */
    Notices notices() {
        return new Notices(err.out()::println, err.out()::println);
    }

    Desk desk() {
        return new Desk(out, err, clock, Commands.Version.number(), bell);
    }

    Made made(Trainer trainer) {
        return new Made(
                Commands.Version.number(), trainer.version(), Runtime.version().toString(), clock.instant());
    }

    private static Optional<Integer> columns(@Nullable String text) {
        return Optional.ofNullable(text)
                .filter(digits -> digits.matches("[1-9]\\d{1,3}"))
                .map(Integer::valueOf);
    }
}
