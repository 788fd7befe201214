package dev.potstill.trainer.run;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.WorkspaceLayout;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whatever ended a stage early, as a problem with an exit code and one message. */
public final class Breakdown {
    /** As Linux and libtorch say it. */
    private static final List<String> DISK =
            List.of("no space left on device", "disk quota exceeded", "read-only file system", "input/output error");

    private static final List<String> MEMORY =
            List.of("not enough memory", "can't allocate memory", "cannot allocate memory", "out of memory");

    private Breakdown() {}

    public static Problem of(Throwable cause, Stage stage, WorkspaceLayout workspace) {
        return switch (cause) {
            case Problem problem -> problem;
            case Stopped stopped ->
                new Problem(
                        ExitCode.STOPPED,
                        stage + " was stopped at a checkpoint; started again, it goes on from there",
                        stopped);
            case NotFinite found ->
                Problem.rejected(
                        "%s: %s, expected a finite number; lower the stage's learningRate, or set precision to FP32"
                                .formatted(stage, found.getMessage()));
            default ->
                disk(cause, workspace).or(() -> memory(cause, stage)).orElseGet(() -> defect(cause, stage, workspace));
        };
    }

    private static Optional<Problem> disk(Throwable cause, WorkspaceLayout workspace) {
        return causes(cause)
                .filter(link -> link instanceof FileSystemException || link instanceof IOException && says(link, DISK))
                .findFirst()
                .map(link -> Problem.storage(
                        link instanceof FileSystemException e && e.getFile() != null
                                ? workspace.root().resolve(e.getFile())
                                : workspace.root(),
                        new IOException(reason(link), link)));
    }

    private static @Nullable String reason(Throwable link) {
        return link instanceof FileSystemException e && e.getReason() != null ? e.getReason() : link.getMessage();
    }

    private static Optional<Problem> memory(Throwable cause, Stage stage) {
        return causes(cause)
                .filter(link -> link instanceof OutOfMemoryError || says(link, MEMORY))
                .findFirst()
                .map(link -> new Problem(
                        ExitCode.UNFIT,
                        "%s does not fit into memory (%s): lower %s, or give it more memory"
                                .formatted(stage, firstLine(link.getMessage()), setting(stage)),
                        cause));
    }

    /** What most of a stage's memory is for. */
    public static String setting(Stage stage) {
        return switch (stage) {
            case Data -> "spec.data.augmentation.maxTokens or spec.training.maxLength";
            case Feature, Response -> "spec.training.batchSize or spec.training.maxLength";
            case Reinforcement -> "spec.training.batchSize or spec.reinforcement.maxTokens";
            case Quantization -> "spec.quantization.calibrationSamples or spec.training.maxLength";
            case Evaluation -> "spec.evaluation.maxSamples or spec.training.maxLength";
        };
    }

    private static Problem defect(Throwable cause, Stage stage, WorkspaceLayout workspace) {
        return new Problem(
                ExitCode.DEFECT,
                "%s: a defect of the trainer: %s: %s; its trace is in %s"
                        .formatted(
                                stage,
                                cause.getClass().getSimpleName(),
                                firstLine(cause.getMessage()),
                                workspace.log(stage)),
                cause);
    }

    private static Stream<Throwable> causes(Throwable cause) {
        // No chain of ours is longer; a cause may be its own.
        return Stream.<Throwable>iterate(cause, link -> link != null, Throwable::getCause)
                .limit(16);
    }

    private static boolean says(Throwable link, List<String> words) {
        String message = String.valueOf(link.getMessage()).toLowerCase(Locale.ROOT);
        return words.stream().anyMatch(message::contains);
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "no message" : message.lines().findFirst().orElse("no message");
    }
}
