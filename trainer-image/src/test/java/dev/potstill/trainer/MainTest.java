package dev.potstill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Progress;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.TerminationMessage;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.contract.WorkspaceLock;
import dev.potstill.trainer.TrainerProcess.Ended;
import dev.potstill.trainer.data.DataBench;
import dev.potstill.trainer.data.DataFiles;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trainer's exit codes and last words, from the outside. */
class MainTest {
    @TempDir
    private Path folder;

    private Path workspace;
    private DataBench bench;

    @BeforeEach
    void setUp() throws IOException {
        workspace = folder.resolve("work space"); // paths may have spaces
        bench = new DataBench(folder);
        ParrotLlama.save(folder.resolve("teacher"), "=", " ", "5");
        bench.file("chats.jsonl", chats(40));
        bench.source("chats.jsonl", "ChatJsonl")
                .data("filter: {reasoning: Any}", "augmentation: {samplesPerPrompt: 1, maxTokens: 8}");
    }

    private static String[] chats(int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        "{\"question\": \"Tom has %d apples.\", \"answer\": \"%d+1=%d; = 5\"}".formatted(i, i, i + 1))
                .toArray(String[]::new);
    }

    private TrainerProcess start(String... more) throws IOException {
        return start(workspace, more);
    }

    private TrainerProcess start(Path in, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "Data",
                "--run",
                bench.manifest().toString(),
                "--workspace",
                in.toString(),
                "--termination-log",
                lastWord().toString()));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--port")) {
            arguments.addAll(List.of("--port", "0"));
        }
        return TrainerProcess.start(folder, arguments);
    }

    private Path lastWord() {
        return folder.resolve("termination.json");
    }

    private Failure failure() throws IOException {
        return ((TerminationMessage.Broken)
                        TerminationMessage.parse(Files.readString(lastWord())).orElseThrow())
                .failure();
    }

    private StageOutput output(Path in) {
        return StageOutput.all(new WorkspaceLayout(in), Stage.Data).getFirst();
    }

    @Test
    void what_is_warned_of_before_the_work_begins_stands_on_the_report_too() throws Exception {
        Files.createDirectory(folder.resolve("split"));
        bench.file("split/train.jsonl", chats(40));
        bench.file("split/test.jsonl", "{\"question\": \"Sam has a book?\", \"answer\": \"1+1=2; = 2\"}");
        bench.source("split", "ChatJsonl");
        TrainerProcess trainer = start();
        String warning = "spec.data.sources[1].uri: " + folder.resolve("split") + " is trained on whole";
        assertThat(trainer.end().err()).contains("warning: " + warning);
        assertThat(output(workspace).report().warnings())
                .singleElement()
                .asString()
                .startsWith(warning);
    }

    @Test
    void a_gpu_that_it_was_given_and_leaves_idle_is_warned_of() throws Exception {
        bench.spec("scheduling: {gpu: {count: 2}}");
        TrainerProcess trainer = start();
        assertThat(trainer.end().err())
                .contains("warning: spec.scheduling.gpu: found 2 nvidia.com/gpu, which this trainer leaves idle");
        assertThat(output(workspace).report().warnings()).hasSize(1);
    }

    @Test
    void a_finished_stage_is_sealed_and_started_again_it_is_there_already() throws Exception {
        TrainerProcess first = start();
        assertThat(first.end()).isEqualTo(new Ended(0, ""));
        assertThat(first.told())
                .startsWith("Data begins, attempt 1")
                .last()
                .asString()
                .matches("Data is done: \\d+m?\\d*s of work");
        var finished = (TerminationMessage.Finished)
                TerminationMessage.parse(Files.readString(lastWord())).orElseThrow();
        assertThat(finished.report().counts()).containsEntry("rows.read", 40L).containsKey("rows.kept");
        StageOutput output = output(workspace);
        output.verify();
        assertThat(output.outputDigest()).isEqualTo(finished.report().outputDigest());
        assertThat(workspace.resolve("partial")).isEmptyDirectory();

        var sealed = Files.getLastModifiedTime(output.file(DataFiles.TRAIN));
        TrainerProcess again = start("--attempt", "1");
        assertThat(again.end()).isEqualTo(new Ended(0, ""));
        assertThat(again.told()).containsExactly("Data begins, attempt 2", "Data was done before: its output is used");
        assertThat(Files.getLastModifiedTime(output.file(DataFiles.TRAIN))).isEqualTo(sealed);
        assertThat(finished.reused()).isFalse();
        assertThat(TerminationMessage.parse(Files.readString(lastWord())))
                .contains(new TerminationMessage.Finished(finished.report(), true));
    }

    @Test
    void a_busy_port_is_no_failure() throws Exception {
        try (var taken = new ServerSocket(0)) {
            Ended ended =
                    start("--port", Integer.toString(taken.getLocalPort())).end();
            assertThat(ended.code()).isZero();
            assertThat(ended.err()).startsWith("warning: progress cannot be served at port " + taken.getLocalPort());
        }
    }

    @Test
    void a_wrong_command_line_says_so_in_one_line() throws Exception {
        Ended unknown = TrainerProcess.start(folder, List.of("Date", "--run", "x", "--workspace", "y"))
                .end();
        assertThat(unknown.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(unknown.err())
                .startsWith("error: ")
                .contains("STAGE", "'Date'", "Data")
                .hasLineCount(1);
        Ended absent = TrainerProcess.start(folder, List.of("Data", "--run", "x.yaml", "--workspace", "y"))
                .end();
        assertThat(absent.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(absent.err())
                .startsWith("error: ")
                .contains("x.yaml: no such file")
                .hasLineCount(1);
    }

    @Test
    void what_is_wrong_with_the_data_is_said_and_in_the_last_word() throws Exception {
        Files.delete(folder.resolve("chats.jsonl"));
        Ended missing = start().end();
        assertThat(missing.code()).isEqualTo(ExitCode.REJECTED.code());
        assertThat(missing.err())
                .startsWith("error: spec.data.sources[0].uri: ")
                .hasLineCount(1);

        bench.file("chats.jsonl", "{\"question\": \"a\", \"answer\": \"b\"}", "{\"question\": 1, \"answer\": \"b\"}");
        Ended malformed = start().end();
        assertThat(malformed.code()).isEqualTo(ExitCode.REJECTED.code());
        assertThat(malformed.err())
                .isEqualTo("error: " + folder.resolve("chats.jsonl")
                        + ":2: question: found the number 1, expected text\n"
                        + "spec.data.filter.maxMalformedPercent: found 1 malformed of 2 lines, expected at most 0 (1 %);"
                        + " mend the source or raise it\n");
        assertThat(failure().reason()).isEqualTo("Rejected");
        assertThat("error: " + failure().message() + "\n").isEqualTo(malformed.err());
    }

    @Test
    void a_workspace_is_one_trainers_at_a_time() throws Exception {
        try (var held = WorkspaceLock.take(new WorkspaceLayout(workspace), "trainer")) {
            Ended ended = start().end();
            assertThat(ended.code()).isEqualTo(ExitCode.STOPPED.code());
            assertThat(ended.err())
                    .contains("is in use by another trainer, process "
                            + ProcessHandle.current().pid());
        }
    }

    @Test
    void with_its_parent_the_stage_ends_at_a_checkpoint() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Ended ended = start("--parent-pid", Long.toString(gone.pid())).end();
        assertThat(ended.code()).isEqualTo(ExitCode.STOPPED.code());
        assertThat(ended.err())
                .startsWith("stopped: Data was stopped at a checkpoint")
                .hasLineCount(1);
        assertThat(failure().reason()).isEqualTo("Stopped");
    }

    @Test
    void a_full_disk_names_the_place() throws Exception {
        bench.file("chats.jsonl", chats(3000));
        List<String> arguments = List.of(
                "Data", "--run", bench.manifest().toString(), "--workspace", workspace.toString(), "--port", "0");
        // A file may not grow beyond 100 KiB: the same error to the writer as a disk without room. The first is the
        // database's library.
        Ended ended = TrainerProcess.start(
                        folder, List.of("bash", "-c", "ulimit -f 100; exec \"$@\"", "limited"), List.of(), arguments)
                .end();
        assertThat(ended.err())
                .startsWith("error: " + System.getProperty("java.io.tmpdir") + ": ")
                .hasLineCount(1);
        assertThat(ended.code()).isEqualTo(ExitCode.STORAGE.code());
    }

    @Test
    void killed_or_stopped_and_started_again_it_makes_what_it_makes_without() throws Exception {
        TinyLlama.TEACHER.save(folder.resolve("teacher"), 1);
        bench.file("chats.jsonl", chats(1200));
        bench.data(
                "filter: {reasoning: Any}", "augmentation: {samplesPerPrompt: 1, temperature: \"1\", maxTokens: 24}");
        Path whole = folder.resolve("whole");
        assertThat(start(whole).end()).isEqualTo(new Ended(0, ""));

        TrainerProcess killed = start();
        awaitNewPiece(killed, 0);
        killed.process().destroyForcibly();
        assertThat(killed.end().code()).isEqualTo(ExitCode.KILLED.code());

        int port = freePort();
        TrainerProcess stopped = start("--port", Integer.toString(port));
        awaitNewPiece(stopped, pieces());
        assertThat(Json.parse(get(port, "/progress"), Progress.class).stage()).isEqualTo(Stage.Data);
        assertThat(get(port, "/metrics")).contains("potstill_stage_steps{stage=\"Data\"} ");
        stopped.process().destroy();
        Ended ended = stopped.end();
        assertThat(ended.code()).isEqualTo(ExitCode.STOPPED.code());
        assertThat(ended.err()).startsWith("stopped: ").hasLineCount(1);
        assertThat(pieces()).isGreaterThan(1);

        assertThat(start().end()).isEqualTo(new Ended(0, ""));
        assertThat(output(workspace).outputDigest()).isEqualTo(output(whole).outputDigest());
    }

    /** Until another batch of answers is saved. */
    private void awaitNewPiece(TrainerProcess process, long before) throws Exception {
        while (pieces() <= before) {
            if (process.process().waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("ended too early: " + process.end());
            }
        }
    }

    /** Listed and not walked: files come and go under a running stage. */
    private long pieces() {
        Path partial = workspace.resolve("partial");
        return names(partial)
                .flatMap(stage -> names(partial.resolve(stage).resolve("sampled")))
                .filter(file -> file.matches("\\d+\\.jsonl"))
                .count();
    }

    private static Stream<String> names(Path folder) {
        return Stream.of(Objects.requireNonNullElse(folder.toFile().list(), new String[0]));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                    .build();
            return client.send(request, BodyHandlers.ofString()).body();
        }
    }
}
