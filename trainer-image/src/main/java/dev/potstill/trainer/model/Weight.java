package dev.potstill.trainer.model;

import dev.potstill.trainer.weights.ElementType;
import java.util.List;

/**
 * A weight of a layer.
 *
 * @param name below {@code model.layers.N.}
 * @param shape [out, in] of a linear layer, [width] of a norm or bias
 * @param role what it is for
 */
public record Weight(String name, List<Long> shape, Role role) {
    private static final String SUFFIX = ".weight";

    /** What a weight is for: only linear layers carry adapters and are quantised, and all but constants are trained. */
    public enum Role {
        Embedding,
        Attention,
        FeedForward,
        Router,
        Norm,
        Bias,
        /** Not learned by gradient; kept in fp32. */
        Constant
    }

    public Weight {
        shape = List.copyOf(shape);
    }

    static Weight norm(String module, long width) {
        return new Weight(module + SUFFIX, List.of(width), Role.Norm);
    }

    static Weight linear(Role role, String module, long out, long in) {
        return new Weight(module + SUFFIX, List.of(out, in), role);
    }

    static Weight bias(String module, long out) {
        return new Weight(module + ".bias", List.of(out), Role.Bias);
    }

    public boolean linear() {
        return role == Role.Attention || role == Role.FeedForward;
    }

    public boolean trained() {
        return role != Role.Constant;
    }

    /** The name of the linear layer or norm: without {@code .weight}. */
    public String module() {
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    public long elements() {
        return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    /** What it is kept in, in a model of this type. */
    ElementType type(ElementType model) {
        return role == Role.Constant ? ElementType.F32 : model;
    }

    /** What it takes in a model of this type. */
    long bytes(ElementType model) {
        return elements() * type(model).bytes();
    }

    long[] sizes() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }
}
