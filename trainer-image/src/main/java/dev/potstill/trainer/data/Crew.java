package dev.potstill.trainer.data;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.trainer.data.clean.Contamination;
import dev.potstill.trainer.data.source.Piece;
import dev.potstill.trainer.parts.Making;
import dev.potstill.trainer.parts.Part;
import dev.potstill.trainer.parts.Parts;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Finishes pieces of sources side by side: one a processor of this trainer, and beside those of others that share the work. */
final class Crew implements Making<Piece> {
    private final DistillationRunSpec spec;
    private final List<Piece> pieces;
    private final Path folder;
    private final Worker worker;
    private final ProgressBoard progress;
    private final StopSignal stop;

    /** A thread's own: it counts what it masks. */
    private final ThreadLocal<Screening> screening;

    private final Set<Integer> own = ConcurrentHashMap.newKeySet();
    private long rows;
    private long wanted;
    private long found;
    private int taken;

    /** @param folder where finished pieces are kept */
    Crew(
            DistillationRunSpec spec,
            Lengths lengths,
            List<Piece> pieces,
            Path folder,
            Worker worker,
            ProgressBoard progress,
            StopSignal stop) {
        this.spec = spec;
        this.pieces = List.copyOf(pieces);
        this.folder = folder;
        this.worker = worker.inOrder();
        this.progress = progress;
        this.stop = stop;
        var contamination = new Contamination(spec);
        this.screening = ThreadLocal.withInitial(() -> new Screening(spec, lengths, contamination));
    }

    /** Returns how many of these pieces, the first ones, are finished: as many as hold the candidates wanted, or all. */
    int work(List<Piece> some, long candidates) {
        progress.begin("reading", rows, 0);
        wanted = candidates;
        found = 0;
        taken = 0;
        new Parts(
                        folder,
                        number -> pieces.get(number).name(),
                        folder.resolveSibling(folder.getFileName() + ".taken"),
                        worker,
                        Runtime.getRuntime().availableProcessors())
                .finish(() -> some.stream().map(piece -> new Part<>(piece.index(), 1, piece)), this);
        return taken;
    }

    /** Candidates in those. */
    long found() {
        return found;
    }

    Phase finished(Piece piece) {
        return Phase.finished(folder.resolve(piece.name()));
    }

    @Override
    public void make(Part<Piece> given) {
        Piece piece = given.content();
        own.add(piece.index());
        Phase.make(
                folder.resolve(piece.name()),
                place -> new PieceWork(spec, screening.get(), piece, this::look).work(place));
    }

    @Override
    public void done(int number, long size) {
        Tally tally = finished(pieces.get(number)).tally();
        found += tally.get(PieceWork.KEPT);
        taken = Math.max(taken, number + 1);
        if (own.add(number)) {
            look(tally.get(Collection.READ));
        }
    }

    @Override
    public boolean isEnough() {
        return found >= wanted;
    }

    private synchronized void look(long more) {
        stop.check();
        if (Thread.currentThread().isInterrupted()) {
            throw new Stopped();
        }
        rows += more;
        progress.advance(rows, 0, Map.of());
    }
}
