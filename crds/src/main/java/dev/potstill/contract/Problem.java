package dev.potstill.contract;

import java.io.IOException;
import java.nio.file.Path;

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

    /** A file or folder that could not be written or read: no space, no permission, damaged. */
    public static Problem storage(Path path, IOException cause) {
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new Problem(
                ExitCode.STORAGE, "%s: %s. Check the disk's free space and the rights".formatted(path, why), cause);
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
