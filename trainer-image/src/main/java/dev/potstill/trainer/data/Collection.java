package dev.potstill.trainer.data;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.contract.Disk;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.source.Piece;
import dev.potstill.trainer.data.source.Pieces;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The first step: reads the sources, drops what does not teach, and says which prompts are set aside. Sources are cut into pieces, which
 * any number of workers finish by themselves; then one puts them together. What comes of it is the same however many they were.
 */
final class Collection {
    static final String QUESTIONS = "questions.jsonl";

    static final String READ = "rows.read";
    static final String COLLECTED = "rows.collected";
    static final String ASKED = "prompts.distinct";

    /** Lines of a first piece that holds nothing else but malformed ones: then the source is not what it is said to be. */
    private static final long HOPELESS = 1000;

    private static final String NAME = "collected-%d";

    /** Candidates that are to be looked for, where what was looked at does not hold as many rows as may be kept. */
    private static final String WANTED = "wanted";

    private final DistillationRunSpec spec;
    private final Steps steps;
    private final StopSignal stop;
    private final List<Piece> pieces;
    private final Crew crew;
    private int looked;

    Collection(DistillationRunSpec spec, Lengths lengths, Steps steps, ProgressBoard progress, StopSignal stop) {
        this.spec = spec;
        this.steps = steps;
        this.stop = stop;
        this.pieces = Pieces.of(spec.data().sources(), spec.data().filter().maxInteractions());
        Path finished = steps.partial().resolve("parts");
        this.crew = new Crew(spec, lengths, pieces, finished, steps.worker(), progress, stop);
    }

    List<Piece> pieces() {
        return pieces;
    }

    /** Finishes these pieces; those that are finished already stay as they are. */
    void work(List<Piece> some) {
        crew.work(some, Long.MAX_VALUE);
    }

    /** What was collected, if all is. */
    static Optional<Phase> find(Path partial) {
        return IntStream.iterate(1, round -> round + 1)
                .mapToObj(round -> Steps.find(partial, NAME.formatted(round)))
                .takeWhile(Optional::isPresent)
                .flatMap(Optional::stream)
                .filter(phase -> phase.tally().get(WANTED) == 0)
                .findFirst();
    }

    /**
     * Finishes as many pieces as are needed, and then {@link #QUESTIONS} and what became of every row: in as many rounds as it takes, for
     * only when pieces are put together is it known how many rows of them stay.
     */
    Phase collect() {
        long wanted = spec.data().filter().maxInteractions();
        for (int round = 1; ; round++) {
            int taken = crew.work(pieces, wanted);
            requireRows();
            Phase phase = steps.once(NAME.formatted(round), folder -> collect(folder, taken));
            wanted = phase.tally().get(WANTED);
            if (wanted == 0) {
                looked = taken;
                return phase;
            }
        }
    }

    /** Sources in which no row was found, by their index; none where not all of them were looked at. */
    List<Integer> silent() {
        var sources = new ArrayList<>(
                IntStream.range(0, spec.data().sources().size()).boxed().toList());
        if (looked < pieces.size()) {
            return List.of();
        }
        pieces.stream()
                .filter(piece -> done(piece).tally().get(READ) > 0)
                .forEach(piece -> sources.remove((Integer) piece.source()));
        return sources;
    }

    private Tally collect(Path folder, int taken) {
        long most = spec.data().filter().maxInteractions();
        Path spill = folder.resolve("spill");
        try (Duplicates duplicates = duplicates(pieces.subList(0, taken), spill)) {
            stop.check();
            long staying = duplicates.staying();
            return staying >= most || taken == pieces.size()
                    ? gather(folder, duplicates, Math.min(staying, most))
                    : Tally.of(Map.of(WANTED, crew.found() + 2 * (most - staying)));
        } finally {
            delete(spill);
        }
    }

    private Duplicates duplicates(List<Piece> some, Path spill) {
        List<Path> prints =
                some.stream().map(piece -> done(piece).file(Prints.FILE)).toList();
        var duplicates = new Duplicates(prints, Memory.bytes(spec.data().memory()), spill);
        duplicates.find(spec.data().filter().nearDuplicatePercent());
        return duplicates;
    }

    private Tally gather(Path folder, Duplicates duplicates, long kept) {
        boolean full = kept == spec.data().filter().maxInteractions();
        long last = full ? duplicates.place(kept) : Long.MAX_VALUE;
        duplicates.cutAfter(last);
        // What comes after the piece in which enough was found does not count, whether it was looked at or not.
        List<Piece> some = full ? pieces.subList(0, Prints.piece(last) + 1) : pieces;
        Tally tally = new Gathering(
                        spec.data(), some, some.stream().map(this::done).toList())
                .gather(folder, duplicates, last);
        tally.add(COLLECTED, kept);
        tally.add(ASKED, duplicates.count("DISTINCT prompt"));
        duplicates.counts("language", (language, count) -> tally.add("language." + language, count));
        duplicates.counts("kind", (kind, count) -> tally.add("kind." + kind, count));
        SetAside.write(
                folder,
                duplicates.openings(
                        spec.data().heldOut().percent(), spec.data().heldOut().maxRows()));
        return tally;
    }

    private Phase done(Piece piece) {
        return crew.finished(piece);
    }

    private void requireRows() {
        if (pieces.isEmpty()) {
            throw Problem.rejected("spec.data.sources: found no rows, expected at least one");
        }
        Tally first = done(pieces.getFirst()).tally();
        long malformed = first.get(PieceWork.MALFORMED);
        if (malformed >= HOPELESS
                && first.get(READ) == 0
                && spec.data().filter().maxMalformedPercent() < 100) {
            Phase phase = done(pieces.getFirst());
            try (var quarantined = JsonLines.read(phase.file(PieceWork.QUARANTINE), PieceWork.Quarantined.class)) {
                List<String> places = quarantined
                        .limit(3)
                        .map(one -> pieces.getFirst().file() + ":" + one.line() + ": " + one.what())
                        .toList();
                throw Gathering.tooMany(
                        malformed, malformed, spec.data().filter().maxMalformedPercent(), places);
            }
        }
    }

    private static void delete(Path folder) {
        try {
            if (Files.exists(folder)) {
                Disk.delete(folder);
            }
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }
}
