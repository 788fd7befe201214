package dev.potstill.trainer;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.ReportExport;
import dev.potstill.contract.StageReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code potstill-trainer export}: prints what finished stages reported. It reads the workspace and changes nothing in it. */
@Command(
        name = "potstill-trainer export",
        description = "Prints what finished stages reported, as one line of JSON, for the report page.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // required fields are filled in by picocli
final class Export extends SideCommand {
    @Option(names = "--workspace", required = true, paramLabel = "DIR", description = "Where the outputs are.")
    private Path workspace;

    @Parameters(
            arity = "1..*",
            paramLabel = "OUTPUT",
            description = "A finished stage's folder in the workspace, such as stages/Data-0123456789ab.")
    private List<String> outputs;

    @Override
    String line() {
        var reports = outputs.stream().map(this::report).toList();
        return new ReportExport(StageRun.version(), Runtime.version().toString(), reports).line();
    }

    private StageReport report(String output) {
        Path root = workspace.toAbsolutePath().normalize();
        Path file = root.resolve(output).resolve(StageReport.NAME).normalize();
        if (!file.startsWith(root)) {
            throw new Problem(ExitCode.USAGE, "OUTPUT: found %s, expected a folder below %s".formatted(output, root));
        }
        try {
            return Json.read(file, StageReport.class);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }
}
