package dev.potstill.trainer.stage;

import dev.potstill.api.Quantization;
import dev.potstill.api.Stage;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageOutput;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.quantization.CalibrationRows;
import dev.potstill.trainer.quantization.Gptq;
import dev.potstill.trainer.quantization.LayerByLayer;
import dev.potstill.trainer.quantization.LayerErrors;
import dev.potstill.trainer.quantization.LayerFiles;
import dev.potstill.trainer.quantization.QuantizedStudent;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.ChatTemplate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The student in 4 bits: its linear layers quantised by GPTQ on rows of the training set, in a folder that serving engines load. */
public final class QuantizationStage implements StageWork {

    @Override
    public Made make(StageContext context) {
        Quantization settings = context.spec().quantization();
        Gptq gptq = Gptq.of(settings.bits(), settings.groupSize());
        LayerFiles files = new LayerFiles(
                layers -> context.workspace()
                        .checkpoint(context.stage(), context.upstream().input().hex(), layers),
                context.warnings());
        try (Models.Open student = new Models(context).student()) {
            student.model().adapted().merge();
            gptq.requireFits(student.model());
            long before = student.model().bytes();
            CalibrationRows rows = calibration(context, student);
            new LayerByLayer(student.model(), gptq, files, context.progress(), context.stop()).run(rows);
            long after = new QuantizedStudent(student.model(), files)
                    .save(
                            context.out().resolve(Models.STUDENT),
                            gptq.layout(),
                            student.files().tokenizer());
            Map<String, Long> counts = new LinkedHashMap<>();
            counts.put("bytesBefore", before);
            counts.put("bytesAfter", after);
            counts.put("layers", (long) student.model().config().layers());
            counts.put("calibrationRows", rows.rows());
            counts.put("calibrationTokens", rows.tokens());
            LayerErrors errors = LayerErrors.of(student.model(), files);
            return new Made(counts, errors.measures(), List.of(), Map.of("outputError", errors.curve()));
        }
    }

    private static CalibrationRows calibration(StageContext context, Models.Open student) {
        StageOutput data = context.upstream()
                .of(Stage.Data)
                .orElseThrow(
                        () -> Problem.rejected("spec.stages: Quantization is fitted on rows of the training set, and"
                                + " Data, which makes it, is not among "
                                + context.spec().stages() + "; add it"));
        ChatEncoder encoder = new ChatEncoder(ChatTemplate.of(student.files().tokenizer()), student.tokenizer());
        return CalibrationRows.read(
                data.file(DataFiles.TRAIN),
                context.spec().quantization().calibrationSamples(),
                encoder,
                context.spec().training().maxLength());
    }
}
