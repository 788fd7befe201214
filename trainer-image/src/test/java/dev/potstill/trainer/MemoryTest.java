package dev.potstill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.trainer.TrainerProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The memory of a trainer that works for long, as the operating system counts it. */
@EnabledIfSystemProperty(named = "potstill.long", matches = "true", disabledReason = "takes long: ./verify --long")
class MemoryTest {
    private static final int STEPS = 2100;
    private static final int EVERY = 100;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"Feature", "Response", "Reinforcement"})
    void native_memory_is_flat_over_two_thousand_steps(Stage stage) throws Exception {
        TinyRun run = new TinyRun(folder, stage, STEPS, EVERY).write();
        assertThat(run.start(Stage.Data, "run").end()).isEqualTo(new Ended(0, ""));
        // A heap that is all there from the start, and one compiler that needs little for itself: what grows is the
        // work's.
        TrainerProcess trainer =
                run.start(stage, "run", "-XX:+UseSerialGC", "-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch");
        long first = 0;
        long last = 0;
        for (int step = EVERY; step <= 2000; step += EVERY) {
            run.awaitStep(trainer, "run", step);
            last = residentKiB(trainer.process().pid());
            first = step == 200 ? last : first;
            System.out.println("step " + step + ": " + last + " KiB");
        }
        assertThat(trainer.end()).isEqualTo(new Ended(0, ""));
        double growth = 100.0 * (last - first) / first;
        System.out.printf(
                "native memory of %s from step 200 to 2000: %d to %d KiB, %.2f %%%n", stage, first, last, growth);
        assertThat(growth).isLessThan(1);
    }

    private static long residentKiB(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> List.of(line.split("\\s+")).get(1))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
