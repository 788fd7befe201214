package dev.potstill.trainer.train;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.ChatTemplate;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.text.Tokenizer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows as tokens, with their answers marked. A sample is named by its place.
 *
 * @param levels by the rows' grades: Base 0, Advanced 1, Challenge 2; none where these are not known
 */
public record TrainingSet(List<Encoded> samples, Levels levels) {

    public TrainingSet {
        samples = List.copyOf(samples);
    }

    /** Samples that are not graded. */
    public TrainingSet(List<Encoded> samples) {
        this(samples, Levels.NONE);
    }

    /** Reads a file of {@link Row}s; rows longer than {@code maxLength} tokens were dropped when the data was made. */
    public static TrainingSet read(Path file, Tokenizer tokenizer, int maxRows) {
        ChatEncoder encoder = new ChatEncoder(ChatTemplate.of(tokenizer.files()), tokenizer);
        List<Encoded> samples = new ArrayList<>();
        List<Integer> levels = new ArrayList<>();
        try (Stream<String> lines = Files.lines(file)) {
            for (String line : (Iterable<String>) lines.limit(maxRows)::iterator) {
                Row row = Json.parse(line, Row.class);
                samples.add(encoder.encode(row.messages()));
                levels.add(row.grade() == null ? 0 : row.grade().ordinal());
            }
        } catch (IOException e) {
            throw new Problem(ExitCode.STORAGE, file + ": cannot be read (" + e.getMessage() + ")", e);
        }
        return new TrainingSet(samples, new Levels(levels));
    }

    public int size() {
        return samples.size();
    }

    public int[] ids(int sample) {
        return samples.get(sample).ids();
    }

    /** The token ids of each of these samples. */
    public List<int[]> rows(int[] samples) {
        return Arrays.stream(samples).mapToObj(this::ids).toList();
    }

    public int tokens(int sample) {
        return ids(sample).length;
    }

    /** How many tokens of a sample are to be predicted: those of its answers, but for a sample's very first token. */
    public int targets(int sample) {
        Encoded encoded = samples.get(sample);
        return encoded.answerTokens() - (encoded.answer()[0] ? 1 : 0);
    }

    /** Positions in a sample whose next token is to be predicted. */
    public int[] targetPositions(int sample) {
        boolean[] answer = samples.get(sample).answer();
        int[] positions = new int[targets(sample)];
        int count = 0;
        for (int t = 1; t < answer.length; t++) {
            if (answer[t]) {
                positions[count++] = t - 1;
            }
        }
        return positions;
    }

    /** The tokens to be predicted, sample by sample. */
    public long[] labels(int[] samples) {
        return Arrays.stream(samples)
                .flatMap(sample -> Arrays.stream(targetPositions(sample)).map(at -> ids(sample)[at + 1]))
                .asLongStream()
                .toArray();
    }

    /** These samples, in this order. */
    public TrainingSet of(int[] some) {
        return new TrainingSet(Arrays.stream(some).mapToObj(samples::get).toList(), levels.of(some));
    }

    /** What the samples take of Java's heap: a token and its mark five bytes, a sample and its two arrays 56. */
    public long heapBytes() {
        return samples.stream()
                .mapToLong(sample -> 5L * sample.ids().length + 56)
                .sum();
    }

    /** Digest of a sample's tokens and of which of them are to be predicted: what is computed from it holds wherever it stands. */
    public String key(int sample) {
        Encoded encoded = samples.get(sample);
        ByteBuffer bytes = ByteBuffer.allocate(encoded.ids().length * (Integer.BYTES + 1));
        for (int t = 0; t < encoded.ids().length; t++) {
            bytes.putInt(encoded.ids()[t]).put((byte) (encoded.answer()[t] ? 1 : 0));
        }
        return Sha256.of(MemorySegment.ofBuffer(bytes.rewind())).substring(0, 32);
    }

    /** Of every token and mark: what is computed from this set holds for no other. */
    public String digest() {
        return Sha256.of(IntStream.range(0, size()).mapToObj(this::key).collect(Collectors.joining("\n")));
    }
}
