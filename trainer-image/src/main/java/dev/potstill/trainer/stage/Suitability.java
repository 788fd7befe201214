package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Reinforcement.Algorithm;
import dev.potstill.api.Response.Divergence;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.contract.ByteSize;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.text.Tokenizer;
import java.util.List;

/** Whether the models of a run are such that its stages can do their work with them. */
public record Suitability(StageContext context, Models models) {

    public static Suitability of(StageContext context) {
        return new Suitability(context, new Models(context));
    }

    /** Refuses before any work what this stage or a later one could not do. */
    public void check() {
        models.type();
        models.kept();
        new StudentForm(context).check(models.startPath());
        ModelConfig student = Models.config(models.startFiles());
        if (context.stage() == Stage.Data) {
            otherTeachers();
        }
        if (Endpoints.isTeacher(spec())) {
            Endpoints.refuse(spec());
            return;
        }
        check(models.teacherConfig(), student);
    }

    private DistillationRunSpec spec() {
        return context.spec();
    }

    private void check(ModelConfig teacher, ModelConfig student) {
        List<Stage> stages = spec().stages();
        requireReadOnce(teacher);
        boolean universal = spec().response().divergence() == Divergence.ULD;
        if (stages.contains(Stage.Feature)) {
            LayerPairs.of(spec().feature(), layers(student), teacher.layers());
        }
        if (stages.contains(Stage.Feature) || (stages.contains(Stage.Response) && !universal)) {
            requireSameTokens(teacher, student, universal ? Agreement.WITHOUT_FEATURE : Agreement.REMEDY);
        } else if (stages.contains(Stage.Reinforcement)
                && spec().reinforcement().algorithm() == Algorithm.MiniLLM) {
            requireSameIds(
                    "take PPO or GRPO in spec.reinforcement.algorithm, or a student with the teacher's tokenizer");
        } else if (stages.contains(Stage.Evaluation)
                && spec().evaluation().suites().contains(Suite.Divergence)) {
            requireSameTokens(
                    teacher,
                    student,
                    "leave Divergence out of spec.evaluation.suites, or take a student with the teacher's tokenizer");
        }
    }

    /** What the student writes on the way is scored at each step. */
    private void requireReadOnce(ModelConfig teacher) {
        int own = spec().response().onPolicyPercent();
        if (spec().stages().contains(Stage.Response) && own > 0 && models.isStreamed(teacher)) {
            throw Problem.unfit(
                    "spec.response.onPolicyPercent: found %d with spec.teachers[0].residency %s, by which the teacher is read layer by layer, expected 0, for %s, and what the student writes is scored at each step. Set onPolicyPercent to 0, or residency to Resident where the memory holds the teacher's weights (%s)"
                            .formatted(
                                    own,
                                    spec().teachers().getFirst().residency(),
                                    StageSignals.STREAMED,
                                    ByteSize.words(
                                            teacher.parameters() * models.type().bytes())));
        }
    }

    /** Those who only answer prompts need be models, and no more. */
    private void otherTeachers() {
        var teachers = spec().teachers();
        for (int i = 1; i < teachers.size(); i++) {
            if (teachers.get(i).endpoint() == null) {
                Models.config(models.teacherFiles(i));
            }
        }
    }

    /** The student's layers. */
    private int layers(ModelConfig start) {
        Integer kept = spec().student().keepLayers();
        return kept == null ? start.layers() : kept;
    }

    private void requireSameTokens(ModelConfig teacher, ModelConfig student, String remedy) {
        requireSameIds(remedy);
        Agreement.requireSameSize(teacher, models.teacherPath(0), student, models.startPath(), remedy);
    }

    private void requireSameIds(String remedy) {
        try (Tokenizer teacher = models.teacherTokenizer();
                Tokenizer student = models.studentTokenizer()) {
            Agreement.requireSameIds(teacher, student, remedy);
        }
    }
}
