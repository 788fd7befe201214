package dev.potstill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that is stopped from outside, as a process of its own. */
@Timeout(120)
class StopTest {
    @TempDir
    Path folder;

    private Home home;

    @BeforeEach
    void home() {
        home = new Home(folder);
        home.behaviour("Feature=block");
    }

    private static List<String> readUntil(BufferedReader lines, String wanted) throws IOException {
        var read = new ArrayList<String>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            read.add(line);
            if (line.contains(wanted)) {
                return read;
            }
        }
        throw new AssertionError("no line with " + wanted + " in " + read);
    }

    @Test
    void asked_to_stop_it_waits_for_a_checkpoint_ends_with_75_and_goes_on_from_there() throws Exception {
        Process run = home.spawn("run", "run.yaml");
        var lines = run.inputReader();
        readUntil(lines, "1/2  ETA 1m00s  loss 1.500  1,000 tokens/s");

        run.toHandle().destroy(); // unlike the process's own, it leaves the streams open

        readUntil(lines, "stopped at a checkpoint; run the same command again to go on");
        assertThat(run.waitFor()).isEqualTo(75);
        assertThat(home.run()).as(home.complained()).isZero();
        assertThat(home.shown()).contains("Feature goes on from step 1").contains("= Data");
        assertThat(home.started()).containsExactly("Data 0", "Feature 0", "Feature 0", "Response 0", "Evaluation 0");
    }

    @Test
    void killed_it_leaves_a_trainer_that_saves_a_checkpoint_and_a_later_run_goes_on_from_it() throws Exception {
        Process run = home.spawn("run", "run.yaml");
        readUntil(run.inputReader(), "1/2");

        run.destroyForcibly().waitFor();

        assertThat(home.run()).as(home.complained()).isZero();
        assertThat(home.shown()).contains("Feature goes on from step 1");
        assertThat(home.started()).containsExactly("Data 0", "Feature 0", "Feature 0", "Response 0", "Evaluation 0");
    }
}
