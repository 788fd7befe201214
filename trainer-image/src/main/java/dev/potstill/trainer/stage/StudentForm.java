package dev.potstill.trainer.stage;

import dev.potstill.api.Student;
import dev.potstill.api.Student.Architecture;
import dev.potstill.api.Student.Keep;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.Adapters;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.weights.PeftFolder;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the stages train of a student, as its architecture says, and how it is kept between them. */
final class StudentForm {
    private final StageContext context;
    private final Student settings;

    StudentForm(StageContext context) {
        this.context = context;
        this.settings = context.spec().student();
    }

    /** What the feature stage trains: adapters on a frozen base, or all layers. */
    List<String> ofAllLayers(LanguageModel model) {
        if (settings.architecture() != Architecture.LoRA) {
            return model.lastLayerNames(0);
        }
        attach(model);
        return model.adapted().names();
    }

    /** What later stages train of the last layers: their own weights, or their adapters where those are kept apart. */
    List<String> ofLastLayers(LanguageModel model, int count) {
        if (!keepsAdapter()) {
            return model.lastLayerNames(count);
        }
        attach(model);
        return model.adapted().names(count);
    }

    private boolean keepsAdapter() {
        return settings.architecture() == Architecture.LoRA && settings.lora().keep() == Keep.Adapter;
    }

    private void attach(LanguageModel model) {
        if (model.adapted().isBare()) {
            model.adapted().attach(Adapters.of(settings.lora()));
            AdapterStart.randomise(model, context.spec().training().seed());
        }
    }

    /** Saves the student to the stage's output: the whole model, or its adapters. */
    void save(Models.Open student) {
        if (!keepsAdapter()) {
            student.model().adapted().merge();
            StageFiles.saveStudent(context, student);
            return;
        }
        LanguageModel model = student.model();
        Set<String> modules = new TreeSet<>();
        model.adapted().names().forEach(name -> modules.add(module(name)));
        Student.Lora lora = settings.lora();
        new PeftFolder(context.out().resolve(Models.STUDENT), lora.rank(), lora.alpha(), lora.rankStabilized(), modules)
                .save(
                        student.files().origin(),
                        model.adapted().names().stream()
                                .map(name -> entry(name, model.get(name)))
                                .toList(),
                        student.tokenizer().files(),
                        model.config().json());
    }

    /** The last part of the name of the linear layer: q_proj. */
    private static String module(String adapter) {
        String[] parts = adapter.split("\\.", -1);
        return parts[parts.length - 3];
    }

    private static TensorEntry entry(String name, Tensor tensor) {
        return new TensorEntry(
                name, tensor.type(), Arrays.stream(tensor.shape()).boxed().toList(), tensor.data());
    }

    /** Puts an earlier stage's adapters onto the model it began with. */
    void load(LanguageModel model, PeftFolder folder) {
        model.adapted().attach(Adapters.of(settings.lora()));
        try (Weights weights = folder.weights()) {
            for (String name : model.adapted().names()) {
                TensorEntry entry = weights.get(name);
                Tensor into = model.get(name);
                try (Scope scope = Scope.open()) {
                    Ops.assign(into, Tensor.over(scope, entry.bytes(), entry.type(), into.shape()));
                }
            }
        }
    }

    /** Refuses a start that adapters cannot be kept apart from: whoever loads them needs it as it is. */
    void check(Path start) {
        if (!keepsAdapter()) {
            return;
        }
        String expected =
                ", expected a folder of safetensors with all its layers, as whoever loads the adapters needs their base as it is; set spec.student.lora.keep: Merged";
        if (settings.keepLayers() != null) {
            throw Problem.unfit("spec.student.keepLayers: found " + settings.keepLayers()
                    + " together with spec.student.lora.keep: Adapter" + expected);
        }
        if (!Files.isDirectory(start)) {
            throw Problem.unfit("spec.student.model: found the file " + start + expected);
        }
    }
}
