package dev.potstill.trainer.engine;

import ai.djl.pytorch.jni.Door;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript module without weights, made from the text of its methods: an archive written in memory and loaded by the
 * engine. Weights are passed as arguments, so one module serves every layer and every model of a shape.
 */
public final class Script implements AutoCloseable {
    private static final String HEAD =
            "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";
    /** A pickled, empty object of class M: protocol 2, {@code __torch__.M(){training: True}}. */
    private static final String OBJECT = "\u0080\u0002c__torch__\nM\n)\u0081}(X\u0008\0\0\0training\u0088ub.";
    /** A pickled empty tuple. */
    private static final String NO_CONSTANTS = "\u0080\u0002).";

    private long module;

    private Script(long module) {
        this.module = module;
    }

    /** A module of these methods: TorchScript text, each starting with {@code def name(self, …)}. */
    public static Script of(String... methods) {
        Torch.ensureStarted();
        StringBuilder code = new StringBuilder(HEAD);
        for (String method : methods) {
            code.append(method.strip().indent(2)).append('\n');
        }
        return new Script(Door.load(archive(code.toString())));
    }

    /** Runs a method that returns one tensor. */
    public Tensor call(Scope scope, String method, Object... arguments) {
        long result = run(method, arguments);
        try {
            return Tensor.of(scope, Door.toTensor(result));
        } finally {
            Door.deleteValue(result);
        }
    }

    /** Runs a method that returns a list of tensors. */
    public List<Tensor> callList(Scope scope, String method, Object... arguments) {
        long result = run(method, arguments);
        try {
            return Arrays.stream(Door.toTensors(result))
                    .mapToObj(handle -> Tensor.of(scope, handle))
                    .toList();
        } finally {
            Door.deleteValue(result);
        }
    }

    /** Runs a method that returns a number. */
    public double callNumber(String method, Object... arguments) {
        long result = run(method, arguments);
        try {
            return Door.toDouble(result);
        } finally {
            Door.deleteValue(result);
        }
    }

    /** Runs a method that returns a whole number. */
    public long callLong(String method, Object... arguments) {
        long result = run(method, arguments);
        try {
            return Door.toLong(result);
        } finally {
            Door.deleteValue(result);
        }
    }

    private long run(String method, Object[] arguments) {
        long[] values = new long[arguments.length];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = value(arguments[i]);
            }
            return Door.run(module, method, values);
        } finally {
            for (long value : values) {
                if (value != 0) {
                    Door.deleteValue(value);
                }
            }
        }
    }

    private static long value(Object argument) {
        return switch (argument) {
            case Tensor tensor -> Door.fromTensor(tensor.handle());
            case List<?> tensors ->
                Door.fromTensors(tensors.stream()
                        .mapToLong(tensor -> ((Tensor) tensor).handle())
                        .toArray());
            case Integer number -> Door.fromLong(number);
            case Long number -> Door.fromLong(number);
            case Double number -> Door.fromDouble(number);
            case Boolean flag -> Door.fromBool(flag);
            case long[] numbers -> Door.fromLongs(numbers);
            default -> throw new IllegalArgumentException("no TorchScript value: " + argument.getClass());
        };
    }

    private static byte[] archive(String code) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "m/data.pkl", OBJECT.getBytes(StandardCharsets.ISO_8859_1));
            store(zip, "m/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
            store(zip, "m/constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
            store(zip, "m/version", "10\n".getBytes(StandardCharsets.UTF_8));
            store(zip, "m/byteorder", "little".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** PyTorch reads only uncompressed entries. */
    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    @Override
    public void close() {
        if (module != 0) {
            Door.deleteModule(module);
            module = 0;
        }
    }
}
