package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import java.util.List;

/**
 * Rows of tokens laid end to end: linear layers see no padding, attention sees each row alone.
 *
 * @param ids token ids [N]
 * @param cos cosines of each token's position [N, 1, D]
 * @param sin sines of each token's position [N, 1, D]
 * @param pad for each of R · T padded places the token that fills it; empty if all rows are equally long
 * @param unpad for each token its padded place; empty likewise
 * @param starts where each row starts in [0, N); one more entry, N
 * @param length of the longest row, T
 */
public record Packed(Tensor ids, Tensor cos, Tensor sin, Tensor pad, Tensor unpad, int[] starts, int length) {

    public int rows() {
        return starts.length - 1;
    }

    public int tokens() {
        return starts[rows()];
    }

    static Packed of(Scope scope, List<int[]> rows, RopeTable table) {
        int[] starts = new int[rows.size() + 1];
        int length = 0;
        for (int r = 0; r < rows.size(); r++) {
            starts[r + 1] = starts[r] + rows.get(r).length;
            length = Math.max(length, rows.get(r).length);
        }
        int tokens = starts[rows.size()];
        long[] ids = new long[tokens];
        long[] positions = new long[tokens];
        boolean ragged = (long) rows.size() * length != tokens;
        long[] pad = new long[ragged ? rows.size() * length : 0];
        long[] unpad = new long[ragged ? tokens : 0];
        for (int r = 0; r < rows.size(); r++) {
            int[] row = rows.get(r);
            for (int t = 0; t < row.length; t++) {
                int n = starts[r] + t;
                ids[n] = row[t];
                positions[n] = t;
                if (ragged) {
                    unpad[n] = (long) r * length + t;
                    pad[r * length + t] = n;
                }
            }
        }
        RopeTable.At at = table.at(scope, positions);
        return new Packed(
                Tensor.of(scope, ids, tokens),
                at.cos(),
                at.sin(),
                Tensor.of(scope, pad, pad.length),
                Tensor.of(scope, unpad, unpad.length),
                starts,
                length);
    }
}
