package dev.potstill.contract;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Form;
import dev.potstill.api.Stage;
import dev.potstill.api.Student.Architecture;
import dev.potstill.api.Student.Keep;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** {@code run://NAME}: the student of another run of the namespace, or of one beside this one on this machine. */
public final class OtherRun {
    public static final String SCHEME = "run://";
    /** Of a training stage's output, the folder of the model. */
    public static final String STUDENT = "student";

    private static final Set<Stage> TRAINING = EnumSet.of(Stage.Feature, Stage.Response, Stage.Reinforcement);

    private OtherRun() {}

    /** The run's name, of a location that is one. */
    public static Optional<String> named(String location) {
        return Optional.of(location).filter(any -> any.startsWith(SCHEME)).map(any -> any.substring(SCHEME.length()));
    }

    public static boolean isName(String name) {
        return name.matches(Form.DnsLabel.pattern());
    }

    /**
     * The stage whose output is the student that a run ends with, before it is quantized.
     *
     * @throws Problem where it has none that another can start from
     */
    public static Stage lastToTrain(String name, DistillationRunSpec spec) {
        var student = spec.student();
        if (student.architecture() == Architecture.LoRA && student.lora().keep() == Keep.Adapter) {
            throw Problem.rejected(("spec.student.model: the run %s keeps its student as an adapter;"
                            + " expected a whole model. Set spec.student.lora.keep of that run to Merged")
                    .formatted(name));
        }
        return spec.stages().stream()
                .filter(TRAINING::contains)
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> Problem.rejected(
                        "spec.student.model: the run %s trains no student, for its stages are %s; expected one of %s among them"
                                .formatted(name, spec.stages(), TRAINING)));
    }
}
