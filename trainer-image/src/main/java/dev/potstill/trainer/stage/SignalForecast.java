package dev.potstill.trainer.stage;

import dev.potstill.api.Response.Divergence;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.contract.ByteSize;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.evaluation.Examiner;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.response.FrozenLayers;
import dev.potstill.trainer.signals.Kind;
import dev.potstill.trainer.signals.Stock;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.train.TrainingSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The signals that a stage is going to work with, beside those that are kept already.
 *
 * @param rooms of each of them, the teacher's first; none where the rows are not known
 * @param growth bytes at most by which the cache grows: beyond them the oldest signals go
 */
record SignalForecast(List<SignalRoom> rooms, long growth) {
    static final SignalForecast UNKNOWN = new SignalForecast(List.of(), 0);

    static SignalForecast of(Stage stage, Shapes shapes) {
        if (stage == Stage.Evaluation) {
            return heldOut(shapes);
        }
        Optional<TrainingSet> set = shapes.rows(stage);
        boolean apart = shapes.context().spec().response().divergence() == Divergence.ULD;
        boolean asked = shapes.teacher().isEmpty();
        if (set.isEmpty() || asked && (stage == Stage.Feature || apart)) {
            return UNKNOWN; // no server gives these
        }
        try (StageSignals signals = StageSignals.of(shapes.context())) {
            Looking looking = new Looking(signals, shapes, shapes.share(stage, set.get()));
            return new SignalForecast(
                    stage == Stage.Feature ? looking.feature(set.get()) : looking.response(set.get()), growth(signals));
        }
    }

    /** Those of held-out rows, where there are any yet and models are compared with the teacher on them. */
    private static SignalForecast heldOut(Shapes shapes) {
        StageContext context = shapes.context();
        Optional<Path> rows = context.upstream()
                .of(Stage.Data)
                .map(data -> data.file(DataFiles.HELD_OUT))
                .filter(Files::exists);
        boolean compared = context.spec().evaluation().suites().contains(Suite.Divergence);
        if (context.stage() != Stage.Evaluation
                || !compared
                || rows.isEmpty()
                || shapes.teacher().isEmpty()) {
            return UNKNOWN;
        }
        try (StageSignals signals = StageSignals.of(context);
                Tokenizer tokenizer = new Models(context).teacherTokenizer()) {
            TrainingSet set = TrainingSet.read(rows.get(), tokenizer, Integer.MAX_VALUE);
            return new SignalForecast(new Looking(signals, shapes, 1).heldOut(set), growth(signals));
        }
    }

    private static long growth(StageSignals signals) {
        return Math.max(0, signals.cache().budget() - signals.cache().bytes());
    }

    /** Bytes that are written. */
    long written() {
        long kept = rooms.stream()
                .filter(SignalRoom::isEnough)
                .mapToLong(SignalRoom::missing)
                .sum();
        return Math.min(kept, growth);
    }

    /** Whether the teacher is run at each step, or for each model it is compared with, as there is no room for what it says. */
    boolean isTeacherRunAtEachStep() {
        return !rooms.isEmpty() && !rooms.getFirst().isEnough();
    }

    /** Whether frozen layers are not passed again, as there is room for what they put out. */
    boolean isFrozenKept() {
        return rooms.isEmpty() || rooms.getLast().isEnough();
    }

    /** Whether the teacher has said all there is to say. */
    boolean isTeacherDone() {
        return !rooms.isEmpty() && rooms.getFirst().missing() == 0;
    }

    List<String> warnings() {
        return rooms.stream()
                .filter(room -> room.never().isEmpty())
                .flatMap(room -> room.warning().stream())
                .toList();
    }

    /** A {@link dev.potstill.contract.Problem} where what must be kept has no room. */
    void require() {
        rooms.forEach(SignalRoom::require);
    }

    /** The same with room for all. */
    SignalForecast withRoom() {
        return new SignalForecast(
                rooms.stream()
                        .map(room -> new SignalRoom(
                                room.what(), room.missing(), room.missing(), room.cacheSize(), room.never()))
                        .toList(),
                Math.max(growth, rooms.stream().mapToLong(SignalRoom::missing).sum()));
    }

    /** @param share rows in all for each that is looked at */
    private record Looking(StageSignals signals, Shapes shapes, double share) {

        List<SignalRoom> feature(TrainingSet set) {
            ModelConfig teacher = shapes.teacher().orElseThrow().config();
            var columns = FeatureStage.columns(teacher, shapes.student().type(), shapes.followedLayers());
            Stock stock = signals.cache().stock(set, FeatureStage.kinds(signals, columns));
            return List.of(room(FeatureStage.STATES, stock, stock.files(), never()));
        }

        List<SignalRoom> response(TrainingSet set) {
            ModelConfig student = shapes.student().config();
            boolean apart = shapes.context().spec().response().divergence() == Divergence.ULD;
            int vocabulary = (apart ? shapes.teacher().orElseThrow().config() : student).vocabulary();
            Stock top = stock(apart ? teachersRows() : set, ResponseStage.top(signals, vocabulary));
            SignalRoom said = room(ResponseStage.SAID, top, top.files(), never());
            int from = student.frozenBelow(shapes.context().spec().response().unfrozenLayers());
            if (from == 0) {
                return List.of(said);
            }
            var column = FrozenLayers.column(student, shapes.student().type());
            Stock below = stock(set, ResponseStage.frozen(signals, from, column));
            long taken = top.files() + below.files() + (said.isEnough() ? said.missing() : 0);
            return List.of(said, room(ResponseStage.FROZEN, below, taken, Optional.empty()));
        }

        List<SignalRoom> heldOut(TrainingSet set) {
            ModelConfig teacher = shapes.teacher().orElseThrow().config();
            var column = Examiner.predictions(teacher, shapes.student().type());
            Stock states = stock(set, EvaluationStage.kind(signals, column));
            boolean scored = EvaluationStage.isTeacherScored(shapes.context().spec());
            return List.of(room(EvaluationStage.STATES, states, states.files(), scored ? Optional.empty() : never()));
        }

        private Stock stock(TrainingSet set, Kind kind) {
            return signals.cache().stock(set, List.of(kind));
        }

        /** @param taken bytes that are in use */
        private SignalRoom room(String what, Stock stock, long taken, Optional<String> never) {
            String cacheSize = shapes.context().spec().workspace().cacheSize();
            long missing = (long) (share * stock.missing());
            return new SignalRoom(what, missing, ByteSize.parse(cacheSize) - taken, cacheSize, never);
        }

        /** Why the teacher cannot be run at each step, where it cannot. */
        private Optional<String> never() {
            if (shapes.teacher().isEmpty()) {
                return Optional.of(StageSignals.ASKED);
            }
            return shapes.teacher().get().streamed() ? Optional.of(StageSignals.STREAMED) : Optional.empty();
        }

        /** The rows as a teacher of another tokenizer reads them. */
        private TrainingSet teachersRows() {
            try (Tokenizer tokenizer = new Models(shapes.context()).teacherTokenizer()) {
                return StageFiles.trainingSet(shapes.context(), tokenizer, Shapes.MOST_ROWS);
            }
        }
    }
}
