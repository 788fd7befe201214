package dev.potstill.trainer.stage;

import dev.potstill.api.Stage;
import dev.potstill.api.Student;
import dev.potstill.api.Training.ActivationCheckpointing;
import dev.potstill.api.Training.Precision;
import dev.potstill.contract.OtherRun;
import dev.potstill.contract.Problem;
import dev.potstill.contract.SourceDigests;
import dev.potstill.contract.StageOutput;
import dev.potstill.trainer.builtin.BuiltinModels;
import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.model.Upcycling;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.PeftFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The models of a run: opened from where the manifest or an earlier stage says they are. */
public final class Models {
    /** The folder of the student in the output of every stage that makes one. */
    public static final String STUDENT = OtherRun.STUDENT;

    /** Of the memory, what a teacher may take that is held as a whole. */
    private static final double RESIDENT_SHARE = 0.6;

    private final StageContext context;

    public Models(StageContext context) {
        this.context = context;
    }

    /** A model in memory with the files under it and its tokenizer. */
    public record Open(ModelFiles files, LanguageModel model, Tokenizer tokenizer) implements AutoCloseable {

        private ModelSize size() {
            ElementType type = model.type();
            return new ModelSize(model.config(), type, ModelSize.converted(files, type), model.isStreamed());
        }

        /** Bytes for this model and what it reads. */
        long memory() {
            long converting = size().weights() - size().held();
            return Hardware.memory() - converting;
        }

        /** The same, where another is open and rests. */
        long memoryBeside(Open resting) {
            return memory() - resting.size().idle();
        }

        @Override
        public void close() {
            model.close();
            tokenizer.close();
            files.close();
        }
    }

    /** The type all arithmetic of this run is done in. */
    public ElementType type() {
        return type(context.spec().training().precision(), Hardware.hasFastBf16());
    }

    static ElementType type(Precision precision, boolean fastBf16) {
        return switch (precision) {
            case FP32 -> ElementType.F32;
            case BF16 -> ElementType.BF16;
            case Auto -> fastBf16 ? ElementType.BF16 : ElementType.F32;
            case FP16 ->
                throw Problem.unfit(
                        "spec.training.precision: found FP16, expected Auto, BF16 or FP32; a CPU computes in fp16 slowly and adds up in it imprecisely, and gradients are lost below its range of 6e-8 to 65504. Use BF16, which takes as little memory, or FP32");
        };
    }

    /** The main teacher. */
    public Open teacher() {
        return teacher(0);
    }

    /** A teacher, by its place among all. */
    public Open teacher(int index) {
        return open(teacherFiles(index), List.of());
    }

    /** The main teacher, to have its hidden states and logits read: a large one layer by layer. */
    public Open teacherToRead() {
        ModelFiles files = teacherFiles(0);
        ModelConfig config = ModelConfig.of(files);
        return isStreamed(config)
                ? new Open(
                        files, LanguageModel.streamed(files, type(), l -> passes(l, config.layers())), fitting(files))
                : open(files, List.of());
    }

    /** A block of tokens may take an hour on its way up a large teacher. */
    private void passes(int layer, int layers) {
        context.stop().check();
        context.progress().within("layer %d of %d".formatted(layer + 1, layers));
    }

    /** Whether a teacher of this shape is read layer by layer. */
    boolean isStreamed(ModelConfig config) {
        return switch (context.spec().teachers().getFirst().residency()) {
            case Resident -> false;
            case Streamed -> true;
            case Auto -> config.parameters() * type().bytes() > RESIDENT_SHARE * Hardware.memory();
        };
    }

    /** The shape of the main teacher. */
    ModelConfig teacherConfig() {
        return config(teacherFiles(0));
    }

    /** A teacher at rest, by its place among all. */
    ModelFiles teacherFiles(int index) {
        return ModelFiles.open(teacherPath(index));
    }

    Path teacherPath(int index) {
        String uri = context.spec().teachers().get(index).model();
        if (uri == null) {
            throw Problem.rejected(
                    "spec.teachers[%d].model: found nothing, expected the URI of a model".formatted(index));
        }
        return path(uri);
    }

    /** The main teacher's tokenizer alone; behind an endpoint it is taken to be the student's. */
    public Tokenizer teacherTokenizer() {
        if (Endpoints.isTeacher(context.spec())) {
            return studentTokenizer();
        }
        return tokenizer(teacherFiles(0));
    }

    /** The student's tokenizer alone. */
    public Tokenizer studentTokenizer() {
        return tokenizer(startFiles());
    }

    private static Tokenizer tokenizer(ModelFiles opened) {
        try (ModelFiles files = opened) {
            return Tokenizer.open(files.tokenizer());
        }
    }

    /** The shape of a model at rest, which is closed. */
    static ModelConfig config(ModelFiles opened) {
        try (ModelFiles files = opened) {
            return ModelConfig.of(files);
        }
    }

    /** The model the student starts from, cut to {@code keepLayers} layers. */
    public Open start() {
        List<Integer> kept = kept();
        return open(startFiles(), kept);
    }

    /** The model the student starts from at rest, with all its layers. */
    ModelFiles startFiles() {
        ModelFiles files = ModelFiles.open(startPath());
        String tokenizer = context.spec().student().tokenizer();
        ModelFiles named = tokenizer == null ? files : files.withTokenizer(path(tokenizer));
        return context.spec().student().architecture() == Student.Architecture.MoE
                ? Upcycling.of(
                        named,
                        context.spec().student().moe(),
                        context.spec().training().seed())
                : named;
    }

    /** The student as the stage before this one left it, or else the start model. */
    public Open student() {
        Open student = context.upstream().student().map(this::student).orElseGet(this::start);
        student.model().recompute(context.spec().training().activationCheckpointing() == ActivationCheckpointing.Full);
        return student;
    }

    /** The student that a stage made. */
    public Open student(StageOutput output) {
        Path folder = output.file(STUDENT);
        if (!PeftFolder.isIn(folder)) {
            return open(ModelFiles.open(folder), List.of());
        }
        Open start = start();
        new StudentForm(context).load(start.model(), PeftFolder.open(folder));
        return start;
    }

    /** The student that an earlier stage of this run made. */
    public Open student(Stage stage) {
        return student(context.upstream().of(stage).orElseThrow());
    }

    private Open open(ModelFiles files, List<Integer> kept) {
        Tokenizer tokenizer = fitting(files);
        LanguageModel model =
                kept.isEmpty() ? LanguageModel.load(files, type()) : LanguageModel.load(files, type(), kept);
        return new Open(files, model, tokenizer);
    }

    private static Tokenizer fitting(ModelFiles files) {
        Tokenizer tokenizer = Tokenizer.open(files.tokenizer());
        tokenizer.requireFits(files.origin(), ModelConfig.of(files).vocabulary());
        return tokenizer;
    }

    Path startPath() {
        return path(context.spec().student().model());
    }

    /** The layers kept of it, spread evenly from the first to the last; empty for all. */
    List<Integer> kept() {
        Integer keep = context.spec().student().keepLayers();
        if (keep == null) {
            return List.of();
        }
        int layers = config(ModelFiles.open(startPath())).layers();
        if (keep > layers) {
            throw Problem.rejected("spec.student.keepLayers: found " + keep + ", expected at most " + layers
                    + ", the number of layers of " + context.spec().student().model());
        }
        return spread(keep, layers);
    }

    /** {@code count} of {@code layers} layers, evenly from the first to the last; the middle ones rounded down. */
    static List<Integer> spread(int count, int layers) {
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            kept.add(count == 1 ? layers - 1 : i * (layers - 1) / (count - 1));
        }
        return kept;
    }

    /** Where a model's URI points on this machine. */
    private Path path(String uri) {
        return uri.startsWith("builtin://")
                ? BuiltinModels.unpack(uri, context.workspace().cache())
                : SourceDigests.path(uri);
    }
}
