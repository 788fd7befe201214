package dev.potstill.cli.screen;

import dev.potstill.api.Stage;
import dev.potstill.contract.Progress;
import dev.potstill.pipeline.Decision;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Situation;
import java.util.List;

/** Lines that stay for what is done, and below them one that changes for what is at work. */
public final class LiveScreen implements Screen {
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉";
    private static final int WIDEST_BAR = 30;
    private static final int NARROWEST_BAR = 8;

    private final Terminal terminal;
    private final int columns;
    private final StageLines lines;

    public LiveScreen(Terminal terminal, int columns) {
        this.terminal = terminal;
        this.columns = columns;
        this.lines = new StageLines(terminal);
    }

    @Override
    public void show(Situation now, Decision decision) {
        String moving = "";
        if (decision instanceof Start(var stage, var _)) {
            moving = waiting(stage, "starting");
        } else if (now.seen() instanceof Active(var stage, var progress)) {
            moving = progress.map(known -> working(stage, known)).orElseGet(() -> waiting(stage, "starting"));
        }
        show(lines.news(now, decision), moving);
    }

    /**
     * @param news lines that stay
     * @param moving the line below them, in the place of the one before it; empty for none
     */
    public void show(List<String> news, String moving) {
        var out = new StringBuilder(CLEAR_LINE);
        news.forEach(line -> out.append(line).append(System.lineSeparator()));
        terminal.out().print(out.append(moving));
        terminal.out().flush();
    }

    /** A moving line for a stage of which no progress is known. */
    public String waiting(Stage stage, String what) {
        String head = "  " + StageLines.name(stage) + " ";
        return head + terminal.dim(Table.shortened(what, columns - 1 - head.length()));
    }

    /** A moving line for a stage at work: a bar, and as much of the rest as there is room for. */
    public String working(Stage stage, Progress progress) {
        String head = "  " + StageLines.name(stage) + " ";
        List<String> parts = StageLines.parts(progress);
        if (progress.steps() <= 0) {
            return head + fitting(parts, columns - 1 - head.length());
        }
        double share = Math.clamp((double) progress.step() / progress.steps(), 0, 1);
        int bar = Math.clamp(columns / 3, NARROWEST_BAR, WIDEST_BAR);
        String percent = " %3.0f%%  ".formatted(100 * share);
        int left = columns - 1 - head.length() - bar - percent.length();
        return head + terminal.green(bar(share, bar)) + percent + fitting(parts, left);
    }

    /** As many parts as there is room for. */
    private static String fitting(List<String> parts, int room) {
        var line = new StringBuilder();
        for (String part : parts) {
            int needed = part.length() + (line.isEmpty() ? 0 : 2);
            if (line.length() + needed > room) {
                break;
            }
            line.append(line.isEmpty() ? "" : "  ").append(part);
        }
        return line.toString();
    }

    /** A bar of blocks, drawn to the eighth of a column. */
    static String bar(double share, int width) {
        int eighths = (int) Math.floor(share * width * 8);
        int full = eighths / 8;
        String partial = full == width ? "" : String.valueOf(EIGHTHS.charAt(eighths % 8));
        return "█".repeat(full) + partial + " ".repeat(Math.max(0, width - full - partial.length()));
    }

    @Override
    public void warn(String line) {
        terminal.out().println(CLEAR_LINE + "  " + line);
    }

    @Override
    public void close() {
        terminal.out().print(CLEAR_LINE);
        terminal.out().flush();
    }
}
