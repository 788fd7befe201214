import dev.potstill.contract.Problem;
import dev.potstill.trainer.golden.GoldenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Prints the worst differences of every model folder under one; exits 1 where one is past the tolerances, 65 where there is none. */
final class Golden {
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        List<Path> folders;
        try (Stream<Path> below = Files.walk(root)) {
            folders = below.filter(path -> Files.exists(path.resolve("expected.json")))
                    .sorted()
                    .toList();
        }
        if (folders.isEmpty()) {
            System.err.println(root + ": found no folder with an expected.json, expected model folders");
            System.exit(65);
        }
        System.out.println("worst difference to transformers, fp32; hidden, logits, loss absolute, gradient norm relative");
        System.out.printf("%-24s %9s %9s %9s %9s %s%n", "model", "hidden", "logits", "loss", "gradient", "greedy");
        boolean passed = true;
        for (Path folder : folders) {
            passed &= check(root, folder);
        }
        System.out.println(passed
                ? "all within tolerance: hidden and logits 1e-4, loss 1e-5, gradient norms 0.1 %, greedy tokens equal"
                : "past tolerance: hidden and logits 1e-4, loss 1e-5, gradient norms 0.1 %, greedy tokens equal");
        System.exit(passed ? 0 : 1);
    }

    private static boolean check(Path root, Path folder) {
        String name = root.equals(folder) ? folder.getFileName().toString() : root.relativize(folder).toString();
        try (GoldenModel golden = GoldenModel.open(folder)) {
            GoldenModel.Differences worst = golden.differences();
            boolean within = worst.withinTolerance();
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %9.1e %9.1e %9.1e %9.1e %s%s%n",
                    name,
                    worst.hidden(),
                    worst.logits(),
                    worst.loss(),
                    worst.gradient(),
                    worst.greedy() == 0 ? "equal" : worst.greedy() + " differ",
                    within ? "" : "  FAILED (gradient of " + worst.gradientOf() + ")");
            return within;
        } catch (IOException | Problem e) {
            System.out.printf("%-24s FAILED: %s%n", name, e.getMessage());
            return false;
        }
    }
}
