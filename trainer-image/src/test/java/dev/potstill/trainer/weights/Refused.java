package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refusal says. */
public final class Refused {
    private Refused() {}

    public static AbstractStringAssert<?> message(ThrowingCallable attempt) {
        return message(ExitCode.REJECTED, attempt);
    }

    public static AbstractStringAssert<?> message(ExitCode exitCode, ThrowingCallable attempt) {
        Problem problem = catchThrowableOfType(Problem.class, attempt);
        assertThat(problem).as("a Problem").isNotNull();
        assertThat(problem.exitCode()).isEqualTo(exitCode);
        return assertThat(problem.getMessage());
    }
}
