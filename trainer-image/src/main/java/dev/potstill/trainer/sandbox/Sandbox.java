package dev.potstill.trainer.sandbox;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Runs Python programs, each in a process of its own that has given up every right it does not need: {@code cage.py} says which. A
 * program can read files and compute; it has neither environment nor network, cannot write a file or start a process, and ends when
 * it takes too much time or memory.
 */
public final class Sandbox implements AutoCloseable {
    /** Fails where any of these works, so that a run that comes to its end shows that the cage holds. */
    private static final String PROBE = """
            import os, socket, time
            def refused(act, *arguments):
                try:
                    act(*arguments)
                except PermissionError:
                    return
                raise AssertionError(act)
            refused(socket.socket)
            refused(os.fork)
            refused(os.execv, "/bin/true", ["true"])
            refused(os.kill, os.getppid(), 0)
            refused(os.mkdir, "here")
            refused(open, "here", "w")
            refused(os.unlink, "nothing")
            refused(time.sleep, 0.01)
            """;

    private final String python;
    private final String cage;
    private final Limits limits;
    private final Path empty;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore turns = new Semaphore(Runtime.getRuntime().availableProcessors());

    /**
     * What a program may use.
     *
     * @param cpu time
     * @param wall time; more than {@code cpu}, as others use the machine too
     * @param bytes of address space
     */
    public record Limits(Duration cpu, Duration wall, long bytes) {
        /** Enough for any exercise: its tests take milliseconds. */
        public static final Limits EXERCISE = new Limits(Duration.ofSeconds(5), Duration.ofSeconds(20), 512L << 20);
    }

    private Sandbox(String python, String cage, Limits limits, Path empty) {
        this.python = python;
        this.cage = cage;
        this.limits = limits;
        this.empty = empty;
    }

    /**
     * A sandbox that has been seen to hold.
     *
     * @param path the folders to look for python3 in, as in PATH
     * @throws Problem UNFIT where there is no Python or no way to take rights from a process
     */
    public static Sandbox open(String path, Limits limits) {
        String python = Interpreter.find(path)
                .orElseThrow(() -> Problem.unfit(
                        "rows that are verified by Code run Python programs: found no python3 on PATH, expected Python 3.9 or later. Install it"
                                + " in the trainer's image, or leave these rows out"));
        try (InputStream cage = Sandbox.class.getResourceAsStream("cage.py")) {
            if (cage == null) {
                throw new IllegalStateException("the trainer lacks its own cage.py");
            }
            String text = new String(cage.readAllBytes(), StandardCharsets.UTF_8);
            Sandbox sandbox = new Sandbox(python, text, limits, Files.createTempDirectory("sandbox"));
            if (!sandbox.finishes(PROBE)) {
                sandbox.close();
                throw Problem.unfit(
                        ("rows that are verified by Code need a sandbox, and %s cannot make one here: expected Python 3.9 or later and a"
                                        + " Linux on x86-64 that lets a process give up rights (seccomp). Run the trainer elsewhere, or"
                                        + " leave these rows out: their programs are not run outside a sandbox")
                                .formatted(python));
            }
            return sandbox;
        } catch (IOException e) {
            throw new Problem(ExitCode.STORAGE, "no sandbox can be made: " + e.getMessage(), e);
        }
    }

    /** Whether each program comes to its end with no error; as many at once as there are processors. */
    public List<Boolean> finish(List<String> programs) {
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> running = new ArrayList<>();
            programs.forEach(program -> running.add(each.submit(() -> finishes(program))));
            List<Boolean> ends = new ArrayList<>();
            for (Future<Boolean> one : running) {
                ends.add(one.get());
            }
            return ends;
        } catch (InterruptedException e) {
            throw Interpreter.interrupted(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Whether a program comes to its end with no error: leaving early, by whatever way, is no end. */
    public boolean finishes(String program) {
        byte[] secret = new byte[16];
        random.nextBytes(secret);
        String token = HexFormat.of().formatHex(secret);
        Task task = new Task(token, program, Math.max(1, limits.cpu().toSeconds()), limits.bytes());
        turns.acquireUninterruptibly();
        try {
            return run(Json.compact(task)).equals(token);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            turns.release();
        }
    }

    private record Task(String token, String program, long seconds, long bytes) {}

    /** What the process reports. */
    private String run(String task) throws IOException {
        // Not -I, which would ignore the one variable there is: with it, sets have the same order every time.
        ProcessBuilder builder =
                new ProcessBuilder(python, "-s", "-B", "-X", "utf8", "-c", cage).directory(empty.toFile());
        builder.environment().clear();
        builder.environment().put("PYTHONHASHSEED", "0");
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (InputStream report = process.getInputStream()) {
            try (OutputStream in = process.getOutputStream()) {
                in.write(task.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                return ""; // it ended before it had read the program
            }
            if (!process.waitFor(limits.wall().toMillis(), TimeUnit.MILLISECONDS)) {
                return "";
            }
            return new String(report.readNBytes(64), StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            throw Interpreter.interrupted(e);
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(empty);
        } catch (IOException e) {
            throw Problem.storage(empty, e);
        }
    }
}
