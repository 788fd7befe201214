package dev.potstill.trainer.weights;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;

/** One safetensors file, mapped read-only at any size: a tensor is a view of the map. */
public final class SafeTensors implements Weights {
    private final MappedFile file;
    private final SafeTensorsHeader header;

    private SafeTensors(MappedFile file) {
        this.file = file;
        this.header = SafeTensorsHeader.read(file.path(), file.bytes());
    }

    /** Maps the file and checks its whole header; a {@link dev.potstill.contract.Problem} says what is wrong with it. */
    public static SafeTensors open(Path file) {
        MappedFile mapped = MappedFile.open(file, "a safetensors file");
        try {
            return new SafeTensors(mapped);
        } catch (RuntimeException e) {
            mapped.close();
            throw e;
        }
    }

    @Override
    public Path origin() {
        return file.path();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(header.slots().keySet());
    }

    @Override
    public TensorEntry get(String name) {
        SafeTensorsHeader.Slot slot = header.slots().get(name);
        if (slot == null) {
            throw Weights.missing(this, name);
        }
        return new TensorEntry(name, slot.type(), slot.shape(), aligned(slot));
    }

    @Override
    public long fileBytes() {
        return file.bytes().byteSize();
    }

    @Override
    public void unload() {
        file.unload();
    }

    @Override
    public void close() {
        file.close();
    }

    /** The view of the map, or a copy of it in the rare file whose header leaves its elements at odd addresses. */
    private MemorySegment aligned(SafeTensorsHeader.Slot slot) {
        MemorySegment view = file.bytes().asSlice(header.dataStart() + slot.begin(), slot.end() - slot.begin());
        int unit = slot.type().bytes();
        return view.address() % unit == 0
                ? view
                : file.arena().allocate(view.byteSize(), unit).copyFrom(view);
    }
}
