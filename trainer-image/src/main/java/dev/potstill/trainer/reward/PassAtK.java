package dev.potstill.trainer.reward;

/** The chance that at least one of k answers is right, told from n answers of which c are (Chen et al., 2021, without bias). */
public final class PassAtK {
    private PassAtK() {}

    /** 1 − C(n − c, k) / C(n, k), as a product that neither overflows nor cancels. */
    public static double of(int n, int c, int k) {
        if (k < 1 || k > n || c < 0 || c > n) {
            throw new IllegalArgumentException("pass@%d of %d answers, %d right".formatted(k, n, c));
        }
        double none = 1;
        for (int i = n - c + 1; i <= n && none > 0; i++) {
            none *= Math.max(0, 1 - (double) k / i);
        }
        return 1 - none;
    }
}
