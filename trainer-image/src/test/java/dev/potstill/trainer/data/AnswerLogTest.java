package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.text.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerLogTest {
    @TempDir
    private Path folder;

    private static List<Request> requests(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Request(
                        new Question(
                                "q" + i / 5, List.of(new Message("user", "q" + i / 5)), null, null, i / 5, true, 3),
                        i % 5))
                .toList();
    }

    private static Answer answer(Request request) {
        return new Answer(request.question().id(), request.sample(), "said\n\"ünï\" " + request.sample(), true, 3, 4);
    }

    /** What is asked for of these requests, in their order. */
    private List<Request> asked(List<Request> requests) {
        List<Request> asked = new ArrayList<>();
        try (AnswerLog log = AnswerLog.open(folder.resolve("log"))) {
            List<Answer> answers = log.answers(requests, missing -> {
                asked.addAll(missing);
                missing.forEach(request -> log.add(List.of(answer(request))));
            });
            assertThat(answers)
                    .containsExactlyElementsOf(
                            requests.stream().map(AnswerLogTest::answer).toList());
        }
        return asked;
    }

    @Test
    void what_was_added_is_there_again_and_only_the_rest_is_asked_for() {
        assertThat(asked(requests(7))).hasSize(7);
        assertThat(asked(requests(10))).containsExactlyElementsOf(requests(10).subList(7, 10));
        assertThat(asked(requests(10))).isEmpty();
    }

    @Test
    void wherever_a_kill_cuts_the_file_whole_lines_stand_and_new_ones_follow_them() throws IOException {
        Path file = folder.resolve("log");
        asked(requests(4));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length <= whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(file, cut);
            int lines = (int) new String(cut, StandardCharsets.ISO_8859_1)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            assertThat(asked(requests(4))).containsExactlyElementsOf(requests(4).subList(lines, 4));
            assertThat(file).hasBinaryContent(whole);
        }
    }

    @Test
    void a_damaged_line_is_asked_for_again_and_no_other() throws IOException {
        Path file = folder.resolve("log");
        asked(requests(5));
        byte[] bytes = Files.readAllBytes(file);
        int second = new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
        bytes[second + 40] ^= 1;
        Files.write(file, bytes);
        assertThat(asked(requests(5))).containsExactly(requests(5).get(1));
        assertThat(asked(requests(5))).isEmpty();
    }

    @Test
    void answers_from_many_threads_all_stand() throws Exception {
        List<Request> requests = requests(300);
        try (AnswerLog log = AnswerLog.open(folder.resolve("log"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            requests.forEach(request -> threads.submit(() -> log.add(List.of(answer(request)))));
        }
        assertThat(asked(requests)).isEmpty();
    }
}
