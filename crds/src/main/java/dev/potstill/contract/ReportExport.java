package dev.potstill.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code potstill-trainer export} prints, so that a report page can be made where the workspace is not: the reports of finished
 * stages, on one line that begins with {@link #PREFIX}, since a pod's log holds whatever else was printed.
 *
 * @param trainerVersion of the trainer that prints
 * @param javaVersion of the Java it runs on
 * @param reports in the order of the folders that were asked for
 */
public record ReportExport(String trainerVersion, String javaVersion, List<StageReport> reports) {
    /** Its first argument. */
    public static final String COMMAND = "export";

    private static final String PREFIX = "potstill-export: ";

    public ReportExport {
        reports = List.copyOf(reports);
    }

    /** @param outputs folders of finished stages, relative to the workspace */
    public static List<String> arguments(Path workspace, List<String> outputs) {
        var arguments = new ArrayList<>(List.of(COMMAND, "--workspace", workspace.toString()));
        arguments.addAll(outputs);
        return arguments;
    }

    public String line() {
        return PREFIX + Json.compact(this);
    }

    /** From what was printed; none where the line is missing or cut off. */
    public static Optional<ReportExport> find(String printed) {
        return printed.lines()
                .filter(line -> line.startsWith(PREFIX))
                .reduce((earlier, later) -> later)
                .flatMap(line -> parse(line.substring(PREFIX.length())));
    }

    private static Optional<ReportExport> parse(String json) {
        try {
            return Optional.of(Json.parse(json, ReportExport.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
