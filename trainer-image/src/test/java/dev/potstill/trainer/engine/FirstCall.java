package dev.potstill.trainer.engine;

import java.util.Arrays;
import java.util.Random;

/** A process that computes exponentials for the first time, on two threads, and once more. */
final class FirstCall {
    private static final int ROWS = 1335;
    private static final int WIDTH = 47;

    private FirstCall() {}

    /** Exits with 1 where the two differ. */
    public static void main(String[] arguments) {
        Torch.start(2);
        float[] values = new float[ROWS * WIDTH];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        try (Script script = Script.of("""
                        def total(self, x: Tensor) -> Tensor:
                            return torch.logsumexp(torch.matmul(x, x.t())[:, :47], [-1])
                        """);
                Scope scope = Scope.open()) {
            Tensor x = Tensor.of(scope, values, ROWS, WIDTH);
            float[] first = script.call(scope, "total", x).floats();
            float[] second = script.call(scope, "total", x).floats();
            System.exit(Arrays.equals(first, second) ? 0 : 1);
        }
    }
}
