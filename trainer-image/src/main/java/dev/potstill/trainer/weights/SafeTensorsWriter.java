package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Disk;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Writes tensors as a safetensors file, straight from where they lie. The bytes depend on the tensors alone and are those that the
 * reference writer makes: wider elements first, then by name, so that every tensor is aligned.
 */
public final class SafeTensorsWriter {
    /** The reference writer's order of types, narrowest first. */
    private static final List<ElementType> BY_ALIGNMENT = List.of(
            ElementType.BOOL,
            ElementType.U8,
            ElementType.I8,
            ElementType.F8_E4M3,
            ElementType.I16,
            ElementType.F16,
            ElementType.BF16,
            ElementType.I32,
            ElementType.F32,
            ElementType.F64,
            ElementType.I64);

    /** One write call's worth of bytes: a buffer over a segment is at most 2 GiB long. */
    private static final long CHUNK = 64L << 20;

    private SafeTensorsWriter() {}

    /** Makes {@code file} or replaces it whole; where that fails, an earlier file of the name is left as it was. */
    public static void write(Path file, List<TensorEntry> tensors) {
        List<TensorEntry> ordered = ordered(tensors);
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        try {
            try (FileChannel channel = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                writeAll(channel, header(ordered));
                for (TensorEntry tensor : ordered) {
                    writeAll(channel, tensor.bytes());
                }
            }
            Disk.move(unfinished, file);
        } catch (IOException e) {
            delete(unfinished);
            throw new Problem(
                    ExitCode.STORAGE,
                    "%s: cannot be written (%s); expected room for %d bytes"
                            .formatted(
                                    file,
                                    e.getMessage(),
                                    ordered.stream()
                                            .mapToLong(t -> t.bytes().byteSize())
                                            .sum()),
                    e);
        }
    }

    private static List<TensorEntry> ordered(List<TensorEntry> tensors) {
        long names = tensors.stream().map(TensorEntry::name).distinct().count();
        if (names != tensors.size()) {
            throw new IllegalArgumentException("two tensors share a name");
        }
        return tensors.stream()
                .sorted(Comparator.comparingInt((TensorEntry t) -> -BY_ALIGNMENT.indexOf(t.type()))
                        .thenComparing(t -> t.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned))
                .toList();
    }

    private static MemorySegment header(List<TensorEntry> ordered) {
        ObjectNode json = JsonFile.JSON.createObjectNode();
        json.putObject("__metadata__").put("format", "pt");
        long at = 0;
        for (TensorEntry tensor : ordered) {
            ObjectNode slot = json.putObject(tensor.name());
            slot.put("dtype", tensor.type().name());
            tensor.shape().forEach(slot.putArray("shape")::add);
            slot.putArray("data_offsets").add(at).add(at + tensor.bytes().byteSize());
            at += tensor.bytes().byteSize();
        }
        byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
        // Spaces up to a multiple of 8 bytes align the data after it.
        byte[] padded = Arrays.copyOf(text, Math.ceilDiv(text.length, 8) * 8);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        ByteBuffer header = ByteBuffer.allocate(8 + padded.length).order(ByteOrder.LITTLE_ENDIAN);
        return MemorySegment.ofBuffer(header.putLong(padded.length).put(padded).flip());
    }

    private static void writeAll(FileChannel channel, MemorySegment bytes) throws IOException {
        for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
            ByteBuffer chunk =
                    bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at)).asByteBuffer();
            while (chunk.hasRemaining()) {
                channel.write(chunk);
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The first failure is the one to tell.
        }
    }
}
