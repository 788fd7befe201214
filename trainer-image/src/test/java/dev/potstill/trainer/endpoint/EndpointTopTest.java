package dev.potstill.trainer.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.endpoint.FaultyServer.Fault;
import dev.potstill.trainer.endpoint.ModelServer.Speaks;
import dev.potstill.trainer.signals.Teacher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model asked over HTTP says what it says in this process. */
class EndpointTopTest {
    private static final int K = 8;

    @TempDir
    private static Path shared;

    @AutoClose
    private ServedTeacher teacher;

    @BeforeEach
    void load() throws IOException {
        teacher = new ServedTeacher(shared.resolve("teacher"));
    }

    private static double farthest(double[] one, double[] other) {
        assertThat(one).hasSameSizeAs(other);
        return IntStream.range(0, one.length)
                .mapToDouble(i -> Math.abs(one[i] - other[i]))
                .max()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void every_server_tells_what_the_model_tells_here(Speaks speaks) throws IOException {
        FaultyServer server = teacher.serve(speaks, (path, answer) -> {});
        List<double[]> there = teacher.columns(teacher.asked(server, "served", K, 1));
        List<double[]> here = teacher.columns(new Teacher(teacher.model).top(K, 1));
        assertThat(there.get(1)).isEqualTo(here.get(1));
        assertThat(farthest(there.get(0), here.get(0))).isLessThan(5e-6);
        assertThat(farthest(there.get(2), here.get(2))).isLessThan(5e-6);
        // Over a row, llama.cpp is asked once for each target, the others once, but for the first row's search for a
        // way.
        long targets =
                IntStream.range(0, teacher.set.size()).map(teacher.set::targets).sum();
        assertThat((long) server.asked().size())
                .isBetween(6L, speaks == Speaks.LLAMA_CPP ? targets + 2 : teacher.set.size() + 4L);
    }

    @Test
    void what_faults_interrupt_ends_in_the_very_same_signals() throws IOException {
        List<double[]> untroubled =
                teacher.columns(teacher.asked(teacher.serve(Speaks.VLLM, (path, answer) -> {}), "served", K, 2));
        FaultyServer server = teacher.serve(Speaks.VLLM, (path, answer) -> {});
        server.then(
                Fault.status(503, ""),
                Fault.status(429, "", "Retry-After", "0"),
                Fault.cut("{\"choices\": [{"),
                Fault.status(200, "{\"choices\": [{\"prompt_logprobs\": [null, {"),
                Fault.status(500, "<html>"));
        assertThat(teacher.columns(teacher.asked(server, "served", K, 2)))
                .usingRecursiveComparison()
                .isEqualTo(untroubled);
        assertThat(server.asked()).hasSize(teacher.set.size() + 5);
    }

    @Test
    void with_the_whole_vocabulary_any_temperature_is_exact() throws IOException {
        int all = WordProblemTokenizer.tokens().size();
        FaultyServer server = teacher.serve(Speaks.ECHO_IDS, (path, answer) -> {});
        List<double[]> there = teacher.columns(teacher.asked(server, "served", all, 2.5));
        List<double[]> here = teacher.columns(new Teacher(teacher.model).top(all, 2.5));
        assertThat(farthest(there.get(0), here.get(0))).isLessThan(5e-6);
    }

    @Test
    void at_a_temperature_the_tail_counts_as_one_token() {
        // p = 0.5, 0.3 and a rest of 0.2; at 2 their roots.
        Likeliest likeliest = new Likeliest(new int[] {4, 9}, new double[] {Math.log(0.5), Math.log(0.3)}, 0);
        assertThat(likeliest.logSum(1)).isCloseTo(0, within(1e-12));
        assertThat(likeliest.logSum(2))
                .isCloseTo(Math.log(Math.sqrt(0.5) + Math.sqrt(0.3) + Math.sqrt(0.2)), within(1e-12));
    }
}
