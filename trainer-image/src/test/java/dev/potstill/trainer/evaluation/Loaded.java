package dev.potstill.trainer.evaluation;

import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import java.nio.file.Path;

/** A model folder as a subject. */
record Loaded(ModelFiles files, Subject subject) implements AutoCloseable {

    static Loaded open(String name, Path folder) {
        // Tests of tiny models gain nothing from a second thread, and lose much where the machine is busy.
        Torch.start(1);
        ModelFiles files = ModelFiles.open(folder);
        LanguageModel model = LanguageModel.load(files, ElementType.F32);
        return new Loaded(files, new Subject(name, model, Tokenizer.open(files.tokenizer())));
    }

    @Override
    public void close() {
        subject.model().close();
        subject.tokenizer().close();
        files.close();
    }
}
