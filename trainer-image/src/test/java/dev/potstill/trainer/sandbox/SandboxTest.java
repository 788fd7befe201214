package dev.potstill.trainer.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxTest {
    private static Sandbox sandbox;

    @BeforeAll
    static void open() {
        Sandbox.Limits tight = new Sandbox.Limits(Duration.ofSeconds(1), Duration.ofSeconds(20), 256L << 20);
        sandbox = Sandbox.open(System.getenv("PATH"), tight);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "assert 1 + 1 == 2",
                "import math, re, hashlib, collections, typing\nassert hashlib.md5(b'x').hexdigest()[0] == '9'",
                "print('much', 'text' * 100000)",
                "try:\n    open('x', 'w')\nexcept PermissionError:\n    pass",
                "if __name__ == '__main__':\n    input()",
            })
    void what_computes_comes_to_its_end(String program) {
        assertThat(sandbox.finishes(program)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "assert 1 + 1 == 3",
                "def f(:",
                "raise SystemExit(0)",
                "import sys; sys.exit(0)",
                "import os; os._exit(0)",
                "import os; os.write(3, b'0' * 32); os._exit(0)",
                "import os; os.abort()",
                "import ctypes; ctypes.string_at(0)",
                "while True: pass",
                "x = [0] * 10**9",
                "x = []\nwhile True: x.append('a' * 10**6)",
                "import os\nwhile True: os.fork()",
                "import subprocess; subprocess.run(['true'])",
                "import threading; t = threading.Thread(target=print); t.start(); t.join()",
                "import socket; socket.create_connection(('127.0.0.1', 80), timeout=2)",
                "import socket; socket.socketpair()",
                "import time; time.sleep(0.01)",
                "import os, signal; os.kill(os.getppid(), signal.SIGTERM)",
                "import os; os.kill(-1, 9)",
                "import os; os.mkdir('/tmp/made')",
                "import os; os.symlink('/etc/passwd', 'link')",
                "import os; os.rename('/etc/hosts', '/etc/hosts2')",
                "import os; os.chmod('/tmp', 0)",
                "import resource; resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))",
                "import resource, os; resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))",
                "open('/proc/self/mem', 'r+b')",
                "import os; os.open('/tmp', os.O_TMPFILE | os.O_WRONLY)",
                "import fcntl, os; fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())",
                "import signal; signal.setitimer(signal.ITIMER_REAL, 1)",
                "import os; os.nice(-5)",
                "import os; assert os.environ.get('PATH')",
                "input()",
            })
    void what_errs_leaves_early_or_reaches_out_does_not(String program) {
        assertThat(sandbox.finishes(program)).isFalse();
    }

    @Test
    void no_file_outside_is_touched(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("kept"), "as it was");
        for (String act : List.of(
                "open('%s', 'w').write('x')", "import os; os.remove('%s')", "import os; os.truncate('%s', 0)")) {
            assertThat(sandbox.finishes(act.formatted(file))).isFalse();
        }
        assertThat(sandbox.finishes("open('%s/new', 'x')".formatted(folder))).isFalse();
        assertThat(file).hasContent("as it was");
        try (Stream<Path> there = Files.list(folder)) {
            assertThat(there).containsExactly(file);
        }
    }

    @Test
    void what_only_waits_is_ended_by_the_clock() {
        Sandbox.Limits limits = new Sandbox.Limits(Duration.ofSeconds(1), Duration.ofSeconds(10), 256L << 20);
        try (Sandbox hasty = Sandbox.open(System.getenv("PATH"), limits)) {
            assertThat(hasty.finishes("import threading; l = threading.Lock(); l.acquire(); l.acquire()"))
                    .isFalse();
        }
    }

    @Test
    void without_a_python_or_with_one_that_gives_up_no_rights_there_is_no_sandbox(@TempDir Path folder)
            throws IOException {
        assertThatThrownBy(() -> Sandbox.open(folder.toString(), Sandbox.Limits.EXERCISE))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("python3")
                .hasMessageContaining("Install");
        // It says that it is itself the interpreter, and then does nothing that it is told.
        Path fake = folder.resolve("python3");
        Files.writeString(fake, "#!/bin/sh\ncat >/dev/null; echo \"$0\"\n");
        Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> Sandbox.open(folder.toString(), Sandbox.Limits.EXERCISE))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("not run outside a sandbox");
    }
}
