package dev.potstill.trainer.stage;

import dev.potstill.api.Student.Architecture;
import dev.potstill.contract.ByteSize;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import dev.potstill.contract.StageOutput;
import dev.potstill.trainer.builtin.BuiltinModels;
import dev.potstill.trainer.signals.Arithmetic;
import dev.potstill.trainer.signals.Column;
import dev.potstill.trainer.signals.Kind;
import dev.potstill.trainer.signals.SignalCache;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.train.TrainingSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The signals a stage works with: what each kind of them depends on, and whether there is room to keep them.
 *
 * @param arithmetic the version of what computes them
 */
record StageSignals(StageContext context, SignalCache cache, String arithmetic) implements AutoCloseable {
    private static final String BUILTIN = "builtin://";

    /** Why a large teacher is not run at each step. */
    static final String STREAMED = "a teacher that is read layer by layer is read once";

    /** Why a server is not asked at each step. */
    static final String ASKED = "a teacher behind an endpoint is asked once";

    static StageSignals of(StageContext context) {
        long budget = ByteSize.parse(context.spec().workspace().cacheSize());
        return new StageSignals(
                context,
                new SignalCache(context.workspace(), budget, Clock.systemUTC(), context.warnings()),
                Arithmetic.version());
    }

    /** A kind that the main teacher computes. */
    Kind ofTeacher(String name, List<?> settings, List<Column> columns) {
        return kind(name, teacher(), settings, columns);
    }

    /** A kind that the student computes as it is before this stage. */
    Kind ofStudent(String name, List<?> settings, List<Column> columns) {
        return kind(name, student(), settings, columns);
    }

    private Kind kind(String name, String source, List<?> settings, List<Column> columns) {
        String all = String.join("\n", name, source, settings.toString(), columns.toString(), arithmetic);
        return new Kind(name, Sha256.of(all), columns);
    }

    /** What the teacher is: the digest of its files, or its server and its name there. */
    private String teacher() {
        SortedMap<String, String> parts = parts("teachers[0].");
        parts.remove("teachers[0].name");
        return Sha256.of(parts);
    }

    /** What the student is that this stage begins with: an earlier stage's output, or the start model as it is set. */
    private String student() {
        return context.upstream().student().map(StageOutput::outputDigest).orElseGet(() -> {
            SortedMap<String, String> parts = parts("student.");
            if (context.spec().student().architecture() == Architecture.MoE) {
                parts.put(
                        "training.seed",
                        String.valueOf(context.spec().training().seed()));
            }
            return Sha256.of(parts);
        });
    }

    private SortedMap<String, String> parts(String prefix) {
        SortedMap<String, String> parts =
                new TreeMap<>(context.upstream().input().components());
        parts.keySet().removeIf(name -> !name.startsWith(prefix));
        parts.replaceAll((name, value) -> value.startsWith(BUILTIN) ? builtin(value) : value);
        return parts;
    }

    private String builtin(String uri) {
        Path folder = BuiltinModels.unpack(uri, context.workspace().cache());
        try {
            return Sha256.ofFolder(folder);
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    SignalStore store(TrainingSet set, List<Kind> kinds) {
        return new SignalStore(cache, set, kinds);
    }

    /**
     * Whether what is missing can be kept. Where it cannot, it is computed anew each time it is used, of which a warning tells.
     *
     * @param what is missing, for people
     * @param never why it cannot be computed at each step, where it cannot: then there is nothing for it but an end
     */
    boolean keeps(SignalStore store, String what, Optional<String> never) {
        String cacheSize = context.spec().workspace().cacheSize();
        SignalRoom room = new SignalRoom(what, store.missingBytes(), cache.room(), cacheSize, never);
        room.require();
        room.warning().ifPresent(context.warnings());
        return room.isEnough();
    }

    @Override
    public void close() {
        cache.close();
    }
}
