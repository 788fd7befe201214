package dev.potstill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The starting script, in a copy of the tree without its sources and with a Maven that makes the jars out of nothing. */
class LauncherTest {
    private static final List<String> TOOLS = List.of(
            "bash",
            "cat",
            "cut",
            "dirname",
            "echo",
            "env",
            "find",
            "flock",
            "mkdir",
            "mv",
            "printf",
            "readlink",
            "rm",
            "sed",
            "stty",
            "tail",
            "touch",
            "tr");
    private static final String MAVEN = """
            #!/usr/bin/env bash
            if [[ "$1" == --version ]]; then echo "Apache Maven $(cat "$MAVEN_VERSION")"; exit; fi
            echo built >>builds
            [[ -f broken ]] && { echo "COMPILATION ERROR"; exit 1; }
            mkdir -p cli/target trainer-image/target
            echo "$TEST_CLASSPATH" >cli/target/classpath
            echo >trainer-image/target/classpath
            version="$(sed -n 's/^  <version>\\(.*\\)<.*/\\1/p' pom.xml)"
            touch "cli/target/potstill-cli-$version.jar" "trainer-image/target/potstill-trainer-$version.jar"
            """;
    private static final String POM = """
            <project>
              <version>%s</version>
              <dependency><version>1</version></dependency>
            </project>
            """;

    @TempDir
    Path folder;

    private Path tree;
    private Path tools;

    @BeforeEach
    void tree() throws IOException {
        tree = Files.createDirectories(folder.resolve("a tree"));
        tools = Files.createDirectories(folder.resolve("bin"));
        Files.copy(Path.of("../potstill"), tree.resolve("potstill"));
        Files.copy(Path.of("../toolchain.sh"), tree.resolve("toolchain.sh"));
        executable(tree.resolve("potstill"));
        Files.writeString(tree.resolve("pom.xml"), POM.formatted("0.1.0"));
        for (String module : List.of("crds", "pipeline", "cli", "trainer-image")) {
            Files.createDirectories(tree.resolve(module).resolve("src/main"));
            Files.createFile(tree.resolve(module).resolve("pom.xml"));
        }
        for (String tool : TOOLS) {
            for (String place : List.of("/bin", "/usr/bin")) {
                if (Files.exists(Path.of(place, tool)) && !Files.exists(tools.resolve(tool))) {
                    Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec %s/%s \"$@\"\n".formatted(place, tool));
                    executable(tools.resolve(tool));
                }
            }
        }
        Files.writeString(folder.resolve("version"), "3.9.9");
    }

    private void installMaven() throws IOException {
        Files.writeString(tools.resolve("mvn"), MAVEN);
        executable(tools.resolve("mvn"));
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Ended(int exitCode, String out, String err) {}

    /** A start whose output goes to files, so that nothing waits for a reader. */
    private record Started(Process process, Path out, Path err) {
        Ended end() throws Exception {
            int exitCode = process.waitFor();
            return new Ended(exitCode, Files.readString(out), Files.readString(err));
        }
    }

    private Started start(String... arguments) throws IOException {
        return started(tree.resolve("potstill"), arguments);
    }

    private Started started(Path script, String... arguments) throws IOException {
        var line = new ArrayList<>(List.of(script.toString()));
        line.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        var builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH", tools.toString(),
                        "HOME", folder.resolve("empty").toString(),
                        "JAVA_HOME", System.getProperty("java.home"),
                        "TEST_CLASSPATH", System.getProperty("java.class.path"),
                        "MAVEN_VERSION", folder.resolve("version").toString()));
        return new Started(builder.start(), out, err);
    }

    private List<String> builds() throws IOException {
        return Files.readAllLines(tree.resolve("builds"));
    }

    @Test
    void without_maven_it_says_so_in_a_line() throws Exception {
        Ended ended = start("--version").end();

        assertThat(ended.exitCode).isEqualTo(69);
        assertThat(ended.err).startsWith("potstill: no Maven found in PATH").hasLineCount(1);
        assertThat(ended.out).isEmpty();
    }

    @Test
    void an_old_maven_is_named_with_its_version() throws Exception {
        installMaven();
        Files.writeString(folder.resolve("version"), "3.6.3");

        Ended ended = start("--version").end();

        assertThat(ended.exitCode).isEqualTo(69);
        assertThat(ended.err)
                .startsWith("potstill: Maven 3.6 found, 3.8 or later needed")
                .hasLineCount(1);
    }

    @Test
    void it_builds_on_first_use_and_when_sources_change_and_says_so_beside_standard_output() throws Exception {
        installMaven();

        Ended first = start("--version").end();
        assertThat(first.exitCode).as(first.err).isZero();
        assertThat(first.err).isEqualTo("building potstill (first use, a few minutes)…\n");
        assertThat(first.out).startsWith("potstill ").contains("Java ");

        Ended second = start("--version").end();
        assertThat(second.err).isEmpty();
        assertThat(builds()).hasSize(1);

        Path source = Files.createFile(tree.resolve("crds/src/main/New.java"));
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 10_000));
        Ended third = start("--version").end();
        assertThat(third.err).isEqualTo("building potstill (its sources have changed)…\n");
        assertThat(builds()).hasSize(2);
    }

    @Test
    void of_another_version_it_is_built_and_the_older_jars_beside_it_are_not_taken() throws Exception {
        installMaven();
        start("--version").end();
        Files.writeString(tree.resolve("cli/target/potstill-cli-0.1.0.jar"), "no jar");
        Files.writeString(tree.resolve("pom.xml"), POM.formatted("0.2.0"));

        Ended other = start("--version").end();

        assertThat(other.exitCode).as(other.err).isZero();
        assertThat(builds()).hasSize(2);
        Files.delete(tree.resolve("cli/target/potstill-cli-0.2.0.jar"));
        assertThat(start("--version").end().exitCode).isZero();
        assertThat(builds()).as("the older jar is none for this version").hasSize(3);
    }

    @Test
    void called_as_a_plugin_of_kubectl_it_shows_that_name() throws Exception {
        installMaven();
        Files.createSymbolicLink(tree.resolve("kubectl-potstill"), Path.of("potstill"));
        // As it is installed: a link on the PATH to the link in the tree.
        Path installed = Files.createSymbolicLink(tools.resolve("kubectl-potstill"), tree.resolve("kubectl-potstill"));

        Ended plugin = started(installed, "status", "--help").end();
        assertThat(plugin.exitCode).as(plugin.err).isZero();
        assertThat(plugin.out).contains("Usage: kubectl potstill status");
        assertThat(start("status", "--help").end().out).contains("Usage: potstill status");
    }

    @Test
    void two_started_at_once_build_once() throws Exception {
        installMaven();

        Started one = start("--version");
        Started other = start("--version");

        assertThat(one.end().exitCode).isZero();
        assertThat(other.end().exitCode).isZero();
        assertThat(builds()).hasSize(1);
    }

    @Test
    void a_build_that_fails_shows_the_end_of_its_log_and_where_the_rest_is() throws Exception {
        installMaven();
        Files.createFile(tree.resolve("broken"));

        Ended ended = start("--version").end();

        assertThat(ended.exitCode).isEqualTo(70);
        assertThat(ended.err)
                .contains("COMPILATION ERROR")
                .contains(tree.resolve("target/build.log").toString());
        assertThat(ended.out).isEmpty();
    }

    @Test
    void a_library_that_is_gone_is_fetched_again_by_a_build() throws Exception {
        installMaven();
        start("--version").end();
        Files.delete(tree.resolve("trainer-image/target/potstill-trainer-0.1.0.jar"));

        assertThat(start("--version").end().exitCode).isZero();
        assertThat(builds()).hasSize(2);
    }
}
