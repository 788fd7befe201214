package dev.potstill.trainer.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.contract.Disk;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.trainer.run.Stopped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartsTest {
    private static final int COUNT = 40;
    private static final Consumer<Duration> NEVER = pause -> {
        throw new AssertionError("nobody else is here to wait for");
    };

    @TempDir
    private Path folder;

    private final ConcurrentLinkedQueue<Integer> made = new ConcurrentLinkedQueue<>();

    private Parts parts(int shard, int of, Consumer<Duration> pause) {
        return parts(shard, of, pause, 1);
    }

    private Parts parts(int shard, int of, Consumer<Duration> pause, int hands) {
        return new Parts(
                folder.resolve("parts"),
                number -> "part-" + number,
                folder.resolve("parts.taken"),
                new Worker(new Shard(shard, of), pause),
                hands);
    }

    /** Of sizes 1, 2, 3, …. */
    private static Stream<Part<String>> all() {
        return IntStream.range(0, COUNT).mapToObj(number -> new Part<>(number, number + 1, "content " + number));
    }

    private void make(Part<String> part) {
        try {
            Disk.write(file(part.number()), part.content());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        made.add(part.number());
    }

    private Path file(int part) {
        return folder.resolve("parts").resolve("part-" + part);
    }

    private long finish(Parts parts) {
        var done = new AtomicLong();
        parts.finish(PartsTest::all, this::make, done::addAndGet);
        return done.get();
    }

    @Test
    void one_alone_makes_its_own_and_then_those_that_would_have_been_others() {
        assertThat(finish(parts(1, 3, NEVER))).isEqualTo(COUNT * (COUNT + 1) / 2);
        assertThat(List.copyOf(made).subList(0, 13)).containsExactly(1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 34, 37);
        assertThat(made)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, COUNT).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16})
    void of_many_at_once_one_makes_each_part_and_all_learn_of_it(int workers) throws Exception {
        try (var threads = Executors.newFixedThreadPool(workers)) {
            var told = IntStream.range(0, workers)
                    .mapToObj(shard -> threads.submit(() -> finish(parts(shard, workers, pause -> Thread.yield()))))
                    .toList();
            for (var each : told) {
                assertThat(each.get()).isEqualTo(COUNT * (COUNT + 1) / 2);
            }
        }
        assertThat(made)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, COUNT).boxed().toList());
        assertThat(file(17)).hasContent("content 17");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void a_trainer_with_several_hands_makes_as_many_parts_at_a_time(int workers) throws Exception {
        var atOnce = new CyclicBarrier(4 * workers);
        try (var threads = Executors.newFixedThreadPool(workers)) {
            var all = IntStream.range(0, workers)
                    .mapToObj(shard -> threads.submit(() -> parts(shard, workers, pause -> Thread.yield(), 4)
                            .finish(
                                    () -> all().limit(12),
                                    part -> {
                                        meet(atOnce);
                                        make(part);
                                    },
                                    size -> {})))
                    .toList();
            for (var each : all) {
                each.get();
            }
        }
        assertThat(made).hasSize(12).doesNotHaveDuplicates();
    }

    private static void meet(CyclicBarrier others) {
        try {
            others.await(1, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void what_goes_wrong_with_one_part_breaks_off_the_others_and_is_told() {
        var never = new CountDownLatch(1);
        assertThatThrownBy(() -> parts(0, 1, NEVER, 4)
                        .finish(
                                PartsTest::all,
                                part -> {
                                    if (part.number() == 2) {
                                        throw new IllegalArgumentException("bad row");
                                    }
                                    try {
                                        never.await();
                                    } catch (InterruptedException e) {
                                        throw new Stopped();
                                    }
                                },
                                size -> {}))
                .hasMessage("bad row");
        assertThat(finish(parts(1, 2, NEVER, 4))).isEqualTo(COUNT * (COUNT + 1) / 2);
    }

    /** As many parts as hold so much; a part holds its size. */
    private final class Wanted implements Making<String> {
        private final long wanted;
        private long found;

        Wanted(long wanted) {
            this.wanted = wanted;
        }

        @Override
        public void make(Part<String> part) {
            PartsTest.this.make(part);
        }

        @Override
        public void done(int number, long size) {
            found += size;
        }

        @Override
        public boolean isEnough() {
            return found >= wanted;
        }
    }

    @Test
    void no_more_parts_are_made_than_needed_but_none_is_left_out_between() {
        var others = PartLocks.in(folder.resolve("parts.taken"));
        var taken = others.take(3).orElseThrow();
        parts(0, 1, pause -> taken.close()).finish(PartsTest::all, new Wanted(30));
        // 1 + 2 + 3 + 5 + 6 + 7 + 8 = 32 while another was at the part of size 4, which it left
        assertThat(made).containsExactly(0, 1, 2, 4, 5, 6, 7, 3);
        others.close();
    }

    @Test
    void what_was_made_before_is_not_made_again() {
        finish(parts(0, 1, NEVER));
        made.clear();
        assertThat(finish(parts(2, 16, NEVER))).isEqualTo(COUNT * (COUNT + 1) / 2);
        assertThat(made).isEmpty();
    }

    @Test
    void a_part_that_another_is_at_is_waited_for() {
        var others = PartLocks.in(folder.resolve("parts.taken"));
        var taken = others.take(5).orElseThrow();
        var pauses = new ArrayList<Duration>();
        finish(parts(0, 1, pause -> {
            pauses.add(pause);
            if (pauses.size() == 10) {
                make(new Part<>(5, 6, "by another"));
                taken.close();
            }
        }));
        assertThat(file(5)).hasContent("by another");
        assertThat(made).doesNotHaveDuplicates().hasSize(COUNT);
        assertThat(pauses).isSorted().hasSize(10).endsWith(Duration.ofSeconds(2));
        others.close();
    }

    @Test
    void a_part_whose_maker_is_gone_is_made_by_one_who_waits() {
        var others = new AtomicReference<>(Optional.of(PartLocks.in(folder.resolve("parts.taken"))));
        others.get().orElseThrow().take(5).orElseThrow();
        finish(parts(
                0, 1, pause -> others.getAndSet(Optional.empty()).orElseThrow().close()));
        assertThat(file(5)).hasContent("content 5");
        assertThat(made.stream().reduce((first, second) -> second)).contains(5);
    }

    @Test
    void one_that_stops_leaves_its_part_to_others() {
        var parts = parts(0, 2, NEVER);
        assertThatThrownBy(() -> parts.finish(
                        PartsTest::all,
                        part -> {
                            throw new Stopped();
                        },
                        size -> {}))
                .isInstanceOf(Stopped.class);
        assertThat(finish(parts(1, 2, NEVER))).isEqualTo(COUNT * (COUNT + 1) / 2);
    }

    @Test
    void one_that_only_says_that_it_made_a_part_is_found_out() {
        assertThatThrownBy(() -> parts(0, 1, NEVER).finish(PartsTest::all, part -> {}, size -> {}))
                .hasMessageEndingWith("parts/part-0");
    }

    @Test
    void a_single_piece_of_work_is_done_by_one_and_left_whole() throws IOException {
        Path file = folder.resolve("merged");
        for (int shard = 0; shard < 3; shard++) {
            Parts.once(file, new Worker(new Shard(shard, 3), NEVER), () -> {
                made.add(0);
                try {
                    Disk.write(file, "all");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        assertThat(made).hasSize(1);
        assertThat(Files.readString(file)).isEqualTo("all");
    }
}
