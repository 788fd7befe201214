package dev.potstill.trainer.stage;

import dev.potstill.api.Reinforcement.Algorithm;
import dev.potstill.api.Response.Divergence;
import dev.potstill.api.Stage;
import dev.potstill.api.Student;
import dev.potstill.api.Suite;
import dev.potstill.api.Training.ActivationCheckpointing;
import dev.potstill.api.Training.Precision;
import dev.potstill.contract.OtherRun;
import dev.potstill.contract.Problem;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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
        return open(ModelFiles.open(teacherPath(index)), List.of());
    }

    /** The main teacher, to have its hidden states and logits read: a large one layer by layer. */
    public Open teacherToRead() {
        ModelFiles files = ModelFiles.open(teacherPath());
        return isStreamed(ModelConfig.of(files.config(), files.origin().toString()))
                ? new Open(files, LanguageModel.streamed(files, type()), Tokenizer.open(files.tokenizer()))
                : open(files, List.of());
    }

    private boolean isStreamed(ModelConfig config) {
        return switch (context.spec().teachers().getFirst().residency()) {
            case Resident -> false;
            case Streamed -> true;
            case Auto -> config.parameters() * type().bytes() > RESIDENT_SHARE * Hardware.memory();
        };
    }

    /** The main teacher's, as it is read. */
    ModelSize teacherSize() {
        try (ModelFiles files = ModelFiles.open(teacherPath())) {
            ModelConfig config = ModelConfig.of(files.config(), files.origin().toString());
            return new ModelSize(config, type(), converted(files), isStreamed(config));
        }
    }

    /** The student's, whichever stage made it: all are of one shape. */
    ModelSize studentSize() {
        List<Integer> kept = kept(path(context.spec().student().model()));
        try (ModelFiles files = startFiles()) {
            ModelConfig whole = ModelConfig.of(files.config(), files.origin().toString());
            ModelConfig config = kept.isEmpty() ? whole : whole.keep(kept);
            boolean made = context.upstream().student().isPresent();
            long read = made ? 0 : converted(files) * config.layers() / whole.layers();
            return new ModelSize(config, type(), read, false);
        }
    }

    /** Bytes of a file that is read and converted, and not mapped as it is. */
    private long converted(ModelFiles files) {
        Path origin = files.origin();
        try {
            if (Files.isRegularFile(origin)) {
                return Files.size(origin);
            }
            if (files.weights().get("model.norm.weight").type() == type()) {
                return 0;
            }
            try (Stream<Path> parts = Files.list(origin)) {
                return parts.filter(part -> part.toString().endsWith(".safetensors"))
                        .mapToLong(part -> part.toFile().length())
                        .sum();
            }
        } catch (IOException e) {
            throw Problem.storage(origin, e);
        }
    }

    /** The shape of the main teacher. */
    ModelConfig teacherConfig() {
        return config(ModelFiles.open(teacherPath()));
    }

    private Path teacherPath() {
        return teacherPath(0);
    }

    private Path teacherPath(int index) {
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
        return tokenizer(ModelFiles.open(teacherPath()));
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

    /** Refuses before any work what a later stage could not do with these models. */
    public void check() {
        type();
        Path start = path(context.spec().student().model());
        kept(start);
        new StudentForm(context).check(start);
        ModelConfig student = config(startFiles());
        otherTeachers();
        if (Endpoints.isTeacher(context.spec())) {
            Endpoints.refuse(context.spec());
            return;
        }
        ModelConfig teacher = teacherConfig();
        List<Stage> stages = context.spec().stages();
        boolean universal = context.spec().response().divergence() == Divergence.ULD;
        if (stages.contains(Stage.Feature)) {
            LayerPairs.of(context.spec().feature(), student(student), teacher.layers());
        }
        if (stages.contains(Stage.Feature) || (stages.contains(Stage.Response) && !universal)) {
            String remedy = universal ? Agreement.WITHOUT_FEATURE : Agreement.REMEDY;
            requireSameIds(remedy);
            Agreement.requireSameSize(teacher, teacherPath(), student, start, remedy);
        } else if (stages.contains(Stage.Reinforcement)
                && context.spec().reinforcement().algorithm() == Algorithm.MiniLLM) {
            requireSameIds(
                    "take PPO or GRPO in spec.reinforcement.algorithm, or a student with the teacher's tokenizer");
        } else if (stages.contains(Stage.Evaluation)
                && context.spec().evaluation().suites().contains(Suite.Divergence)) {
            String remedy =
                    "leave Divergence out of spec.evaluation.suites, or take a student with the teacher's tokenizer";
            requireSameIds(remedy);
            Agreement.requireSameSize(teacher, teacherPath(), student, start, remedy);
        }
    }

    /** Those who only answer prompts need be models, and no more. */
    private void otherTeachers() {
        var teachers = context.spec().teachers();
        for (int i = 1; i < teachers.size() && context.stage() == Stage.Data; i++) {
            if (teachers.get(i).endpoint() == null) {
                config(ModelFiles.open(teacherPath(i)));
            }
        }
    }

    /** The student's layers. */
    private int student(ModelConfig start) {
        Integer kept = context.spec().student().keepLayers();
        return kept == null ? start.layers() : kept;
    }

    private void requireSameIds(String remedy) {
        try (Tokenizer teacher = teacherTokenizer();
                Tokenizer student = studentTokenizer()) {
            Agreement.requireSameIds(teacher, student, remedy);
        }
    }

    private static ModelConfig config(ModelFiles opened) {
        try (ModelFiles files = opened) {
            return ModelConfig.of(files.config(), files.origin().toString());
        }
    }

    /** The model the student starts from, cut to {@code keepLayers} layers. */
    public Open start() {
        List<Integer> kept = kept(path(context.spec().student().model()));
        return open(startFiles(), kept);
    }

    private ModelFiles startFiles() {
        ModelFiles files = ModelFiles.open(path(context.spec().student().model()));
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
        Tokenizer tokenizer = Tokenizer.open(files.tokenizer());
        ModelConfig config = ModelConfig.of(files.config(), files.origin().toString());
        tokenizer.requireFits(files.origin(), config.vocabulary());
        LanguageModel model =
                kept.isEmpty() ? LanguageModel.load(files, type()) : LanguageModel.load(files, type(), kept);
        return new Open(files, model, tokenizer);
    }

    /** The layers kept, spread evenly from the first to the last. */
    private List<Integer> kept(Path path) {
        Integer keep = context.spec().student().keepLayers();
        if (keep == null) {
            return List.of();
        }
        try (ModelFiles files = ModelFiles.open(path)) {
            int layers =
                    ModelConfig.of(files.config(), files.origin().toString()).layers();
            if (keep > layers) {
                throw Problem.rejected("spec.student.keepLayers: found " + keep + ", expected at most " + layers
                        + ", the number of layers of "
                        + context.spec().student().model());
            }
            return spread(keep, layers);
        }
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
                : dev.potstill.contract.SourceDigests.path(uri);
    }
}
