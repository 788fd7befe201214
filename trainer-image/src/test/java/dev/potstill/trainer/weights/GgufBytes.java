package dev.potstill.trainer.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A GGUF file for tests, byte by byte. */
final class GgufBytes {
    private record Tensor(String name, int type, long[] dimensions, byte[] data) {}

    private final Map<String, Object> settings = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private int version = 3;

    /** A Llama of one layer, width 4, two heads of 2 and one key head, with a byte-level tokenizer of four tokens. */
    static GgufBytes llama() {
        GgufBytes bytes = new GgufBytes()
                .set("general.architecture", "llama")
                .set("llama.block_count", 1)
                .set("llama.context_length", 64)
                .set("llama.embedding_length", 4)
                .set("llama.feed_forward_length", 6)
                .set("llama.attention.head_count", 2)
                .set("llama.attention.head_count_kv", 1)
                .set("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .set("llama.rope.freq_base", 500_000f)
                .set("tokenizer.ggml.model", "gpt2")
                .set("tokenizer.ggml.pre", "gpt-2")
                .set("tokenizer.ggml.tokens", List.of("<|end|>", "a", "b", "ab"))
                .set("tokenizer.ggml.token_type", List.of(3, 1, 1, 1))
                .set("tokenizer.ggml.merges", List.of("a b"))
                .set("tokenizer.ggml.eos_token_id", 0);
        return bytes.floats("token_embd.weight", new long[] {4, 4}, new float[16]);
    }

    GgufBytes version(int number) {
        version = number;
        return this;
    }

    GgufBytes set(String key, Object value) {
        settings.put(key, value);
        return this;
    }

    GgufBytes without(String key) {
        settings.remove(key);
        return this;
    }

    /** The fastest dimension first, as the file has it. */
    GgufBytes tensor(String name, int type, long[] dimensions, byte[] data) {
        tensors.removeIf(tensor -> tensor.name().equals(name));
        tensors.add(new Tensor(name, type, dimensions, data));
        return this;
    }

    GgufBytes floats(String name, long[] dimensions, float[] values) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return tensor(name, 0, dimensions, data.array());
    }

    Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        put(
                out,
                little(24)
                        .putInt(0x46554747)
                        .putInt(version)
                        .putLong(tensors.size())
                        .putLong(settings.size()));
        settings.forEach((key, value) -> {
            text(out, key);
            put(out, little(4).putInt(type(value)));
            value(out, value);
        });
        long offset = 0;
        for (Tensor tensor : tensors) {
            text(out, tensor.name());
            put(out, little(4).putInt(tensor.dimensions().length));
            for (long dimension : tensor.dimensions()) {
                put(out, little(8).putLong(dimension));
            }
            put(out, little(12).putInt(tensor.type()).putLong(offset));
            offset += Math.ceilDiv(tensor.data().length, 32) * 32L;
        }
        for (Tensor tensor : tensors) {
            pad(out);
            out.writeBytes(tensor.data());
        }
        return out.toByteArray();
    }

    private static void pad(ByteArrayOutputStream out) {
        out.writeBytes(new byte[Math.ceilDiv(out.size(), 32) * 32 - out.size()]);
    }

    private static int type(Object value) {
        return switch (value) {
            case Integer _ -> 5;
            case Float _ -> 6;
            case Boolean _ -> 7;
            case String _ -> 8;
            case List<?> _ -> 9;
            case Long _ -> 11;
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    private static void value(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case Integer number -> put(out, little(4).putInt(number));
            case Float number -> put(out, little(4).putFloat(number));
            case Boolean flag -> out.write(flag ? 1 : 0);
            case Long number -> put(out, little(8).putLong(number));
            case List<?> list -> {
                put(
                        out,
                        little(12)
                                .putInt(list.isEmpty() ? 5 : type(list.getFirst()))
                                .putLong(list.size()));
                list.forEach(element -> value(out, element));
            }
            default -> text(out, value.toString());
        }
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        put(out, little(8).putLong(bytes.length));
        out.writeBytes(bytes);
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void put(ByteArrayOutputStream out, ByteBuffer bytes) {
        try {
            out.write(bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
