import dev.potstill.api.Stage;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.fetch.FetchSettings;
import dev.potstill.trainer.fetch.Fetching;
import dev.potstill.trainer.fetch.HubServer;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Fetches a model and data from the tests' Hub, and has huggingface_hub fetch the same. */
final class FromHub {
    private static final int WEIGHTS = 20_000_000;

    public static void main(String[] arguments) throws Exception {
        Path scratch = Path.of(arguments[0]);
        Random random = new Random(Long.parseLong(arguments[1]));
        try (HubServer hub = HubServer.start()) {
            fill(hub, random);
            for (String kind : List.of("model", "dataset")) {
                String repository = kind.equals("model") ? "lab/small" : "lab/chats";
                int code = new ProcessBuilder(
                                "bench/peers/python", "bench/peers/hub_snapshot.py", hub.url(), kind, repository,
                                scratch.resolve(kind).toString())
                        .inheritIO()
                        .start()
                        .waitFor();
                if (code != 0) {
                    throw new AssertionError("huggingface_hub ended with " + code);
                }
            }
            hub.cutAt(LongStream.rangeClosed(1, 9).map(tenth -> WEIGHTS / 10L * tenth).toArray());
            Manifest here = fetch(hub, scratch);
            int same = compare(Path.of(URI.create(here.spec().student().model())), scratch.resolve("model")::resolve)
                    + compare(
                            Path.of(URI.create(here.spec().data().sources().getFirst().uri())),
                            name -> inDataset(scratch.resolve("dataset"), name));
            System.out.printf("%d files equal to huggingface_hub's, one of them interrupted at every tenth%n", same);
        }
    }

    private static void fill(HubServer hub, Random random) {
        hub.with("models/lab/small", "model.safetensors", bytes(random, WEIGHTS));
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json", "README.md", ".gitattributes")) {
            hub.with("models/lab/small", name, bytes(random, 200));
        }
        for (String name : List.of("data/en/0.jsonl", "data/en/1.jsonl", "data/de/0.jsonl.gz", "data/a b+c%.jsonl")) {
            hub.with("datasets/lab/chats", name, bytes(random, random.nextInt(2_000)));
        }
        hub.with("datasets/lab/chats", "README.md", bytes(random, 100));
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Manifest fetch(HubServer hub, Path scratch) throws IOException {
        Path file = Files.writeString(scratch.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: run}
                spec:
                  teachers: [{name: t, model: hf://lab/small}]
                  student: {model: hf://lab/small}
                  stages: [Data]
                  data: {sources: [{uri: hf://datasets/lab/chats}]}
                """);
        Manifest manifest = Manifest.read(file, List.of());
        WorkspaceLayout workspace = new WorkspaceLayout(scratch.resolve("workspace"));
        Fetching fetching = new Fetching(
                FetchSettings.of(Map.of("HF_ENDPOINT", hub.url()), workspace),
                workspace,
                new ProgressBoard(Stage.Data, System::nanoTime),
                new StopSignal(),
                System.out::println,
                System.err::println);
        return fetching.here(manifest, Stage.Data, fetching.pins(manifest));
    }

    /** The card stands beside the data in ours; where there is a folder in theirs, our names have two dashes. */
    private static Path inDataset(Path dataset, String name) {
        return name.equals("README.md")
                ? dataset.resolve(name)
                : dataset.resolve("data").resolve(name.replace("--", "/"));
    }

    private static int compare(Path ours, Function<String, Path> theirs) throws IOException {
        int same = 0;
        try (Stream<Path> files = Files.list(ours)) {
            for (Path file : files.toList()) {
                Path other = theirs.apply(file.getFileName().toString());
                if (Files.mismatch(file, other) >= 0) {
                    throw new AssertionError(file + " is not " + other);
                }
                same++;
            }
        }
        return same;
    }
}
