package dev.potstill.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.ReportExport;
import dev.potstill.contract.StageReport;
import dev.potstill.contract.StageReport.Point;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
    private final PrintStream systemsOut = System.out;
    private final PrintStream systemsErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @TempDir
    Path workspace;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(System.out);
    }

    @AfterEach
    void release() {
        System.setOut(systemsOut);
        System.setErr(systemsErr);
    }

    private StageReport sealed(Stage stage) throws IOException {
        var report = new StageReport(
                stage,
                "in",
                "out",
                12,
                Map.of("rows.kept", 3L),
                Map.of(),
                List.of(),
                Map.of("loss", List.of(new Point(1, 0.5))));
        Path folder = Files.createDirectories(workspace.resolve("stages/" + stage));
        Files.writeString(folder.resolve(StageReport.NAME), Json.pretty(report));
        return report;
    }

    private int export(String... outputs) {
        return new Export()
                .execute(ReportExport.arguments(workspace, List.of(outputs)).toArray(String[]::new));
    }

    @Test
    void what_stages_reported_is_printed_in_the_order_asked_for_and_read_back_from_among_other_lines()
            throws IOException {
        StageReport feature = sealed(Stage.Feature);
        StageReport data = sealed(Stage.Data);
        System.out.println("WARNING: something else");

        assertThat(export("stages/Data", "stages/Feature")).isZero();

        var found = ReportExport.find(out.toString(UTF_8)).orElseThrow();
        assertThat(found.reports()).containsExactly(data, feature);
        assertThat(found.trainerVersion()).hasSize(64);
    }

    @Test
    void an_output_that_is_not_there_is_named() throws IOException {
        sealed(Stage.Data);

        assertThat(export("stages/Data", "stages/Gone")).isEqualTo(ExitCode.STORAGE.code());
        assertThat(out.toString(UTF_8))
                .startsWith("error: ")
                .contains("stages/Gone/report.json")
                .hasLineCount(1);
        assertThat(ReportExport.find(out.toString(UTF_8))).isEmpty();
    }

    @Test
    void nothing_beside_the_workspace_is_read() {
        assertThat(export("../elsewhere")).isEqualTo(ExitCode.USAGE.code());
    }

    @Test
    void a_line_that_is_cut_off_is_none() throws IOException {
        sealed(Stage.Data);
        export("stages/Data");

        String line = out.toString(UTF_8).strip();
        assertThat(ReportExport.find(line.substring(0, line.length() - 5))).isEmpty();
    }
}
