package dev.potstill.contract;

/** Something the user can mend: names the field or file, what was found, what was expected and what to do. */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    public Problem(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public Problem(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public static Problem rejected(String message) {
        return new Problem(ExitCode.REJECTED, message);
    }

    public static Problem unfit(String message) {
        return new Problem(ExitCode.UNFIT, message);
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
