package dev.potstill.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpServer;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.OtherRun;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Progress;
import dev.potstill.contract.RunEstimate;
import dev.potstill.contract.StageEstimate;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.StageReport;
import dev.potstill.contract.StageReport.Point;
import dev.potstill.contract.TerminationMessage;
import dev.potstill.contract.TrainerVersion;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.contract.WorkspaceLock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import sun.misc.Signal;

/**
 * A trainer that keeps to the contract and trains nothing, for tests of the runner. What it is to do at a stage stands in
 * {@code fake.properties} of the workspace: nothing special, {@code warn}, {@code reject}, {@code abort}, {@code segfault}, {@code fail-twice},
 * {@code stop-twice}, {@code no-output}, or {@code block}: save a checkpoint, and at the first attempt wait to be stopped.
 */
@Command
public final class Main implements Callable<Integer> {
    @Parameters
    private Stage stage;

    @Option(names = "--run")
    private Path run;

    @Option(names = "--workspace")
    private Path folder;

    @Option(names = "--attempt")
    private int attempt;

    @Option(names = "--port")
    private int port;

    @Option(names = "--termination-log")
    private Path terminationLog;

    @Option(names = "--parent-pid")
    private long parent;

    private final CountDownLatch stopped = new CountDownLatch(1);

    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals(RunEstimate.COMMAND)) {
            var words = List.of(arguments);
            estimate(Path.of(words.get(words.indexOf("--run") + 1)), words.get(words.indexOf("--disk-below") + 1));
            return;
        }
        Runtime.getRuntime().halt(new CommandLine(new Main()).execute(arguments));
    }

    /**
     * Of stages that fit, where a batch has fewer than 4,096 rows; of a student whose layers are kept there is none. Where rows
     * have up to 97 tokens, those of Feature are not known yet.
     */
    private static void estimate(Path run, String diskBelow) throws IOException {
        String manifest = Files.readString(run);
        if (manifest.contains("keepLayers")) {
            System.err.println("error: spec.student.keepLayers: found 99, expected at most 6");
            Runtime.getRuntime().halt(ExitCode.REJECTED.code());
        }
        if (manifest.contains("hf://lab/small")) {
            System.err.println("error: spec.student.model: hf://lab/small is not here yet");
            Runtime.getRuntime().halt(ExitCode.LOCATION_UNAVAILABLE.code());
        }
        if (manifest.contains("hf://lab/odd")) {
            System.err.println("error: Index 7 out of bounds for length 7");
            Runtime.getRuntime().halt(ExitCode.DEFECT.code());
        }
        String limit = manifest.matches("(?s).*batchSize\\W+4096.*") ? "Data does not fit" : null;
        Map<String, Long> parts = Map.of("student", 1L << 30, "activations", 1L << 29);
        System.out.println(Json.compact(new RunEstimate(
                2L << 30,
                30L << 20,
                List.of(
                        new StageEstimate(
                                Stage.Data, Map.of("teacher", 3L << 30), Map.of(), null, true, limit, List.of()),
                        new StageEstimate(
                                Stage.Feature,
                                parts,
                                Map.of("checkpoints", 7L << 20),
                                12L,
                                manifest.matches("(?s).*maxLength\\W+97.*"),
                                null,
                                List.of("no room below " + diskBelow))))));
    }

    @Override
    public Integer call() throws Exception {
        Signal.handle(new Signal("TERM"), ignored -> stopped.countDown());
        ProcessHandle.of(parent)
                .ifPresentOrElse(handle -> handle.onExit().thenRun(stopped::countDown), stopped::countDown);
        var workspace = new WorkspaceLayout(folder);
        try (var lock = WorkspaceLock.take(workspace, "trainer")) {
            Files.writeString(
                    folder.resolve("started"),
                    "%s %d%n".formatted(stage, attempt),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            System.out.println("working at " + stage);
            return work(workspace, spec());
        } catch (Problem problem) {
            Files.writeString(terminationLog, TerminationMessage.of(problem).json());
            return problem.exitCode().code();
        }
    }

    /** Not read as a manifest, whose checks take long beside what this trainer does. */
    private DistillationRunSpec spec() throws IOException {
        return Json.mapper()
                .treeToValue(new YAMLMapper().readTree(run.toFile()).get("spec"), DistillationRunSpec.class);
    }

    private int work(WorkspaceLayout workspace, DistillationRunSpec spec) throws Exception {
        Path me = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        var upstream = Upstream.of(stage, spec, workspace, TrainerVersion.of(me), System.out::println);
        String digest = upstream.input().hex();
        var checkpoint = workspace.lastCheckpointStep(stage, digest);
        switch (behaviour()) {
            case "reject" -> throw Problem.rejected("data.jsonl line 7: found no field \"question\"; expected one");
            case "abort" -> Runtime.getRuntime().halt(134);
            case "segfault" -> Runtime.getRuntime().halt(139);
            case "fail-twice" -> {
                if (attempt < 2) {
                    throw new Problem(ExitCode.TEACHER_UNAVAILABLE, "the teacher did not answer");
                }
            }
            case "stop-twice" -> {
                if (attempt < 2) {
                    return ExitCode.STOPPED.code();
                }
            }
            case "warn" -> System.err.println("warning: spec.data.sources[0].uri: found few rows");
            case "no-output" -> {
                return 0;
            }
            case "block" -> {
                if (checkpoint.isEmpty()) {
                    return block(workspace, digest);
                }
            }
            default -> {}
        }
        make(workspace, upstream, checkpoint.orElse(0));
        return 0;
    }

    private String behaviour() throws IOException {
        var properties = new Properties();
        Path file = folder.resolve("fake.properties");
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        }
        return properties.getProperty(stage.name(), "");
    }

    private int block(WorkspaceLayout workspace, String digest) throws Exception {
        serve(new Progress(stage, "training", 1, 2, 1000, Map.of("loss", 1.5), 60L));
        stopped.await();
        Files.createDirectories(workspace.checkpoint(stage, digest, 1));
        return ExitCode.STOPPED.code();
    }

    private void serve(Progress progress) throws IOException {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/progress", exchange -> {
            byte[] answer = Json.compact(progress).getBytes(UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (var body = exchange.getResponseBody()) {
                body.write(answer);
            }
        });
        server.start();
    }

    private void make(WorkspaceLayout workspace, Upstream upstream, int from) throws IOException {
        String digest = upstream.input().hex();
        Path out = workspace.unsealed(stage, digest);
        Files.createDirectories(out.resolve(OtherRun.STUDENT));
        Files.writeString(out.resolve(OtherRun.STUDENT).resolve("made"), digest);
        StageOutput.seal(
                workspace,
                upstream.input(),
                outputDigest -> new StageReport(
                        stage,
                        digest,
                        outputDigest,
                        61,
                        counts(from),
                        Map.of("loss.last", 0.25),
                        stage == Stage.Evaluation ? scores() : List.of(),
                        Map.of("loss", List.of(new Point(1, 2.0), new Point(50, 0.5), new Point(100, 0.25)))));
    }

    private static Map<String, Long> counts(long from) {
        var counts = new LinkedHashMap<String, Long>();
        counts.put("rows.kept", 1200L);
        counts.put("steps", from);
        counts.put("graded.base", 720L);
        counts.put("graded.advanced", 360L);
        counts.put("dropped.duplicate", 9L);
        return counts;
    }

    private static List<Score> scores() {
        return List.of(
                new Score(Suite.WordProblems, "Teacher", "97.7", "percent", null, null, 300, null),
                new Score(Suite.WordProblems, "Start", "4.3", "percent", null, null, 300, null),
                new Score(Suite.WordProblems, "Response", "77.0", "percent", "97.7", "4.3", 300, Score.Verdict.Fail),
                new Score(Suite.Perplexity, "Response", "1.31", "perplexity", "1.20", "9.00", 100, null));
    }
}
