import dev.potstill.api.Stage;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.data.Preparation;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.text.TokenizerFiles;

// Our side of bench/data: the data stage's first step alone.
// Collect.java RUN TOKENIZER WORK    prints the seconds it took, the highest memory of the process in MiB, and what was counted

void main(String[] args) throws Exception {
    var spec = Manifest.read(Path.of(args[0]), List.of()).spec();
    Path file = Path.of(args[1]);
    Path work = Files.createDirectories(Path.of(args[2]));
    var files = new TokenizerFiles(file, Files.readString(file), Optional.empty(), SpecialTokens.NONE);
    long start = System.nanoTime();
    Map<String, Long> counts;
    try (Tokenizer tokenizer = Tokenizer.open(files)) {
        counts = new Preparation(spec, work, new Worker(Shard.WHOLE, time -> {}), new ProgressBoard(Stage.Data, System::nanoTime), new StopSignal(), warning -> {}, tokenizer, tokenizer)
                .collect()
                .counts();
    }
    IO.println("%.1f".formatted((System.nanoTime() - start) / 1e9));
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
        IO.println(status.filter(line -> line.startsWith("VmHWM")).map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).findFirst().orElse(0L));
    }
    counts.forEach((name, count) -> IO.println(name + " " + count));
}
