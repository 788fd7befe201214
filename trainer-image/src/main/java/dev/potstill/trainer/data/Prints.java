package dev.potstill.trainer.data;

import dev.potstill.trainer.data.clean.Fingerprint;
import dev.potstill.trainer.data.clean.MinHash;
import dev.potstill.trainer.data.tables.Appender;
import dev.potstill.trainer.data.tables.Database;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** By what a piece's rows are told from all others: a table of fingerprints, kept as a Parquet file. */
final class Prints implements AutoCloseable {
    static final String FILE = "prints.parquet";

    /** A piece's own table is small. */
    private static final long MEMORY = 256L << 20;

    private static final int LOWEST = MinHash.HASHES / Long.BYTES;

    /** Rows are ordered by their piece and, in it, their place. */
    private static final int PIECE_SHIFT = 32;

    private final Database database;
    private final Appender rows;
    private final Path file;
    private final int bands;
    private final Optional<MinHash> likeness;

    /** @param nearPercent from which likeness on rows are the same; 100 where only equal ones are */
    Prints(Path folder, int nearPercent) {
        this.file = folder.resolve(FILE);
        this.likeness = nearPercent < 100 ? Optional.of(new MinHash(nearPercent)) : Optional.empty();
        this.bands = MinHash.bands(nearPercent);
        this.database = Database.open(MEMORY, 1, folder.resolve("spill"));
        database.run("SET preserve_insertion_order = true");
        database.run(
                "CREATE TABLE prints (place BIGINT, pair BIGINT, prompt BIGINT, opening BIGINT, language VARCHAR, kind VARCHAR, reference VARCHAR, verifier VARCHAR, bands BIGINT[%d], lowest BIGINT[%d])"
                        .formatted(bands, LOWEST));
        this.rows = database.appender("prints");
    }

    static long place(int piece, long row) {
        return (long) piece << PIECE_SHIFT | row;
    }

    static int piece(long place) {
        return (int) (place >>> PIECE_SHIFT);
    }

    static long row(long place) {
        return place & 0xFFFF_FFFFL;
    }

    void add(long place, Question question, String kind, boolean alike) {
        Optional<String> answer = Optional.ofNullable(question.answer());
        Optional<MinHash.Signature> signature = answer.filter(text -> alike)
                .flatMap(text -> likeness.flatMap(hash -> hash.of(question.prompt(), text)));
        rows.row(
                place,
                answer.map(text -> Fingerprint.of(question.prompt(), text)).orElse(null),
                Fingerprint.of(question.prompt()),
                question.opening(),
                question.language(),
                kind,
                question.reference(),
                question.verifier() == null ? null : question.verifier().name(),
                signature.map(MinHash.Signature::bands).orElse(null),
                signature.map(MinHash.Signature::lowest).orElse(null));
    }

    /** A column a band, so that a join reads no others. */
    void save() {
        rows.close();
        String columns = IntStream.range(0, bands)
                .mapToObj(band -> "bands[%d] AS band%d".formatted(band + 1, band))
                .collect(Collectors.joining(", "));
        database.run(
                "COPY (SELECT place, pair, prompt, opening, language, kind, reference, verifier, lowest, %s FROM prints) TO %s (FORMAT parquet, COMPRESSION uncompressed)"
                        .formatted(columns, Database.quoted(file.toString())));
    }

    @Override
    public void close() {
        database.close();
    }
}
