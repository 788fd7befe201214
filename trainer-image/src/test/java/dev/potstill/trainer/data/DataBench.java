package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.contract.DataCard;
import dev.potstill.contract.DataCard.Step;
import dev.potstill.contract.Json;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.stage.DataStage;
import dev.potstill.trainer.stage.StageContext;
import dev.potstill.trainer.stage.StageWork.Made;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** A data stage set up in a folder: writes files, runs the stage in this process, reads what came of it. */
public final class DataBench {
    private final Path folder;
    private final StopSignal stop = new StopSignal();
    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    private String sources = "";
    private String data = "";
    private String rest = "";
    private String others = "";

    public DataBench(Path folder) {
        this.folder = folder;
    }

    public Path file(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    public DataBench source(String uri, String format) {
        sources += "    - {uri: \"%s\", format: %s}\n".formatted(uri, format);
        return this;
    }

    /** Further fields of spec.data, one a line: {@code augmentation: {samplesPerPrompt: 0}}. */
    public DataBench data(String... lines) {
        data = Stream.of(lines).map(line -> "    " + line + "\n").reduce("", String::concat);
        return this;
    }

    /** Further fields of spec, one a line. */
    public DataBench spec(String... lines) {
        rest = Stream.of(lines).map(line -> "  " + line + "\n").reduce("", String::concat);
        return this;
    }

    /** A further teacher, whose name is that of its folder. */
    public DataBench teacher(String name) {
        others += ", {name: %1$s, model: %1$s}".formatted(name);
        return this;
    }

    public Path manifest() throws IOException {
        return Files.writeString(folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: tiny}
                spec:
                  teachers: [{name: tiny, model: teacher}%s]
                  student: {model: teacher}
                  stages: [Data]
                %s  data:
                    sources:
                %s%s""".formatted(others, rest, sources, data));
    }

    public StageContext context(Path workspace) throws IOException {
        return context(workspace, Shard.WHOLE);
    }

    private StageContext context(Path workspace, Shard shard) throws IOException {
        DistillationRunSpec spec = Manifest.read(manifest(), List.of()).spec();
        var layout = new WorkspaceLayout(workspace);
        Upstream upstream = Upstream.of(Stage.Data, spec, layout, "test", warning -> {});
        var context = new StageContext(
                spec, upstream, layout, new ProgressBoard(Stage.Data, System::nanoTime), stop, warnings::add, shard);
        Files.createDirectories(context.out());
        return context;
    }

    /** What a run of the stage told and wrote. */
    public record Result(Made made, Path out, Path partial) {
        public long count(String name) {
            return made.counts().getOrDefault(name, 0L);
        }

        public List<Row> rows(String file) {
            try (Stream<Row> rows = JsonLines.read(out.resolve(file), Row.class)) {
                return rows.toList();
            }
        }

        DataCard card() throws IOException {
            return Json.read(out.resolve(DataFiles.CARD), DataCard.class);
        }

        /** The steps of its card, in each of which no row is lost; what one hands on the next is given. */
        List<Step> steps() throws IOException {
            List<Step> steps = card().steps();
            assertThat(steps).allSatisfy(step -> {
                long dropped = step.dropped().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
                assertThat(step.in() + step.added()).as(step.name()).isEqualTo(step.out() + step.heldOut() + dropped);
            });
            for (int i = 1; i < steps.size(); i++) {
                assertThat(steps.get(i).in()).isEqualTo(steps.get(i - 1).out());
            }
            return steps;
        }

        public List<Contrast> contrasts() {
            try (Stream<Contrast> pairs = JsonLines.read(out.resolve(DataFiles.CONTRASTIVE), Contrast.class)) {
                return pairs.toList();
            }
        }
    }

    /** What was warned of so far. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public Result run() throws IOException {
        return run(folder.resolve("workspace"));
    }

    public Result run(Path workspace) throws IOException {
        StageContext context = context(workspace);
        return new Result(new DataStage().make(context), context.out(), context.partial());
    }

    /** One of several trainers of a stage. */
    public Runnable share(Path workspace, Shard shard) throws IOException {
        StageContext context = context(workspace, shard);
        return () -> new DataStage().share(context);
    }

    /** What several trainers have made. */
    public Result gather(Path workspace) throws IOException {
        StageContext context = context(workspace);
        assertThat(new DataStage().isDone(context)).isTrue();
        return new Result(new DataStage().gather(context), context.out(), context.partial());
    }
}
