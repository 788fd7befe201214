package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be distilled into what, on which data, by which stages. Fields left out take the method's values. */
@ValidationRule(
        value = "!has(self.routing) || self.teachers.exists(t, t.name == self.routing.easy)",
        message = "expected the name of one of spec.teachers",
        fieldPath = ".routing.easy")
@ValidationRule(
        value = "!has(self.routing) || self.teachers.exists(t, t.name == self.routing.hard)",
        message = "expected the name of one of spec.teachers",
        fieldPath = ".routing.hard")
@ValidationRule(
        value = "self.teachers.all(t, t.name == self.teachers[0].name || (has(self.routing)"
                + " && (t.name == self.routing.easy || t.name == self.routing.hard)))",
        message = "expected each teacher but the first in spec.routing; name it there or remove it",
        fieldPath = ".teachers")
@ValidationRule(
        value = "self.gates.all(g, g.suite in self.evaluation.suites)",
        message = "expected gates on suites of spec.evaluation.suites only; add the suite there or remove the gate",
        fieldPath = ".gates")
@ValidationRule(
        value = "self.gates.all(g, !has(g.minPercentOfTeacher)) || 'Teacher' in self.evaluation.compareWith",
        message = "expected Teacher in spec.evaluation.compareWith; add it there or use minScore",
        fieldPath = ".gates")
@ValidationRule(
        value = "size(self.gates) == 0 || 'Evaluation' in self.stages",
        message = "expected Evaluation in spec.stages; add it there or remove the gates",
        fieldPath = ".gates")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DistillationRunSpec(
        @JsonPropertyDescription("Models to learn from; the first is the main one.") @Required @Size(min = 1, max = 8)
        List<Teacher> teachers,

        @JsonPropertyDescription("Which teacher answers which prompt. Left out, the first answers all.") @Nullable
        Routing routing,

        @JsonPropertyDescription("The model that learns.") @Required
        Student student,

        @JsonPropertyDescription("From raw teacher interactions to a graded training set.") @Required
        Data data,

        @JsonPropertyDescription("The stages to run. They always run in the order Data, Feature, Response,"
                + " Reinforcement, Quantization, Evaluation, whatever the order here.")
        @Default("[\"Data\", \"Feature\", \"Response\", \"Reinforcement\", \"Evaluation\"]")
        @Size(min = 1, max = 6)
        List<Stage> stages,

        @JsonPropertyDescription("What all training stages share.")
        Training training,

        @JsonPropertyDescription("The feature stage: the student's hidden states are drawn to the teacher's by mean"
                + " squared error; the base weights are frozen.")
        Feature feature,

        @JsonPropertyDescription("The response stage: the student's next-token distribution is drawn to the teacher's.")
        Response response,

        @JsonPropertyDescription("The reinforcement stage: the student's own answers, rewarded.")
        Reinforcement reinforcement,

        @JsonPropertyDescription("What the models are scored on.")
        Evaluation evaluation,

        @JsonPropertyDescription("The student in fewer bits; used when stages has Quantization.")
        Quantization quantization,

        @JsonPropertyDescription("Scores that the student must reach for the run to succeed.") @Size(max = 16)
        List<Gate> gates,

        @JsonPropertyDescription("The volume that holds the run's stages and checkpoints in a cluster.")
        Workspace workspace,

        @JsonPropertyDescription("How often a training stage saves its state, and how many states are kept.")
        Checkpoint checkpoint,

        @JsonPropertyDescription("Where pods run in a cluster.")
        Scheduling scheduling,

        @JsonPropertyDescription("What the user wants of the run now. Paused stops at a checkpoint and goes on when set"
                + " to Running again; Cancelled stops for good.")
        @Default("Running")
        Execution execution,

        @JsonPropertyDescription(
                "For queue controllers only: whether the run waits for admission. People use" + " execution.")
        @Default("false")
        Boolean suspend,

        @JsonPropertyDescription(
                "For a run that failed by something outside of its manifest, such as a token or a file:"
                        + " any text that it had not before. The run then goes over its stages again; what the workspace has is"
                        + " reused, what is missing is made. Without the text the earlier failure counts again.")
        @Nullable
        @Size(max = 64)
        String retry,

        @JsonPropertyDescription(
                "Seconds that a stage may take in a cluster before it fails: what its earlier attempts worked, and the"
                        + " present one's from the start of its Job, waiting for a node included, for a queue not."
                        + " Left out, as long as it takes.")
        @Nullable
        @Min(1)
        @Max(Integer.MAX_VALUE)
        Integer activeDeadlineSeconds,

        @JsonPropertyDescription("Seconds after which a finished run is deleted. Left out, it is kept.")
        @Nullable
        @Min(0)
        @Max(Integer.MAX_VALUE)
        Integer ttlSecondsAfterFinished) {

    public DistillationRunSpec {
        teachers = List.copyOf(teachers);
        stages = List.copyOf(stages);
        gates = List.copyOf(gates);
    }
}
