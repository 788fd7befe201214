import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.HfFolder;
import dev.potstill.trainer.weights.ModelFiles;

// What bench/response and bench/memory distil: a teacher, and a student of some of its layers, as folders that both sides load.
// Student.java MODEL TYPE LAYERS OUT    MODEL is a GGUF file or a folder; writes OUT/teacher and OUT/student

void main(String[] args) {
    ElementType type = args[1].equals("bf16") ? ElementType.BF16 : ElementType.F32;
    int layers = Integer.parseInt(args[2]);
    Torch.start(1);
    try (ModelFiles files = ModelFiles.open(Path.of(args[0]))) {
        try (LanguageModel teacher = LanguageModel.load(files, type)) {
            int last = teacher.config().layers() - 1;
            save(files, teacher, Path.of(args[3], "teacher"));
            List<Integer> kept = IntStream.range(0, layers).map(l -> l * last / (layers - 1)).boxed().toList();
            try (LanguageModel student = LanguageModel.load(files, type, kept)) {
                save(files, student, Path.of(args[3], "student"));
            }
        }
    }
}

static void save(ModelFiles files, LanguageModel model, Path folder) {
    ObjectNode config = model.config().json().deepCopy();
    config.put("dtype", model.type() == ElementType.BF16 ? "bfloat16" : "float32");
    HfFolder.save(folder, config, model.entries(), files.tokenizer());
}
