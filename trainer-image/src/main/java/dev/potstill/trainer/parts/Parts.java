package dev.potstill.trainer.parts;

import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Numbered parts of some work, made once each by any number of trainers that share a folder. Whoever gets to a part first takes it. A
 * trainer begins with those that it is dealt, goes on with those that nobody is at, and waits while others are at all that remain; what
 * a trainer leaves that dies is free again. So any one of them alone makes all, and what is made does not depend on who made it.
 *
 * @param folder where they are made
 * @param name what a part is called there: it is there whole or not at all
 * @param taken says who is at which part; not in the folder
 * @param hands how many parts this trainer makes at a time
 */
public record Parts(Path folder, IntFunction<String> name, Path taken, Worker worker, int hands) {

    public Parts {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    /** One part, the only one: a file or folder of that name. */
    public static void once(Path file, Worker worker, Runnable make) {
        Path taken = file.resolveSibling(file.getFileName() + ".taken");
        String name = file.getFileName().toString();
        new Parts(Objects.requireNonNull(file.getParent()), number -> name, taken, worker.inOrder(), 1)
                .finish(
                        () -> Stream.of(new Part<>(0, 1, make)),
                        part -> part.content().run(),
                        size -> {});
    }

    /**
     * Returns when all are made, by whomever.
     *
     * @param all every part in the order of the numbers, as often as asked for
     * @param make makes a part in the folder; of several at a time, each on a thread of its own
     * @param done told of the size of each part once that is made, by whomever
     */
    public <P> void finish(Supplier<Stream<Part<P>>> all, Consumer<Part<P>> make, LongConsumer done) {
        finish(all, new Making<>() {
            @Override
            public void make(Part<P> part) {
                make.accept(part);
            }

            @Override
            public void done(int number, long size) {
                done.accept(size);
            }
        });
    }

    /** Returns when as many are made as are needed, by whomever. */
    public <P> void finish(Supplier<Stream<Part<P>>> all, Making<P> work) {
        try (PartLocks locks = PartLocks.in(taken);
                Hands busy = new Hands(hands)) {
            new Shift<>(this, work, locks, busy).finish(all);
        }
    }

    String name(int part) {
        return name.apply(part);
    }

    /** The names in the folder, those that others put there just now among them. */
    Set<String> there() {
        refresh();
        String[] names = folder.toFile().list();
        return Arrays.stream(Objects.requireNonNullElse(names, new String[0])).collect(Collectors.toSet());
    }

    /** Whether a part is in the folder, though another put it there just now. */
    boolean isThere(int part) {
        refresh();
        return Files.exists(folder.resolve(name(part)));
    }

    /** A network file system may answer from what it saw some time ago, until this machine changes the folder. */
    private void refresh() {
        try {
            Files.delete(Files.createTempFile(folder, "look", ""));
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }
}
