package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Several safetensors files that {@code model.safetensors.index.json} makes one model of. */
public final class ShardedSafeTensors implements Weights {
    private final Path origin;
    private final Map<String, SafeTensors> shardOfTensor;
    private final Map<String, SafeTensors> shards;

    private ShardedSafeTensors(Path origin, Map<String, SafeTensors> shardOfTensor, Map<String, SafeTensors> shards) {
        this.origin = origin;
        this.shardOfTensor = shardOfTensor;
        this.shards = shards;
    }

    /** Opens every shard that the index names; a {@link Problem} names the one that is missing or lacks a tensor. */
    public static ShardedSafeTensors open(Path index) {
        JsonNode map = JsonFile.object(index).path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw Problem.rejected(index + ": weight_map is " + map.getNodeType()
                    + "; expected an object from tensor names to shard files");
        }
        Map<String, SafeTensors> shards = new LinkedHashMap<>();
        Map<String, SafeTensors> shardOfTensor = new LinkedHashMap<>();
        try {
            map.properties().forEach(entry -> {
                SafeTensors shard = shards.computeIfAbsent(entry.getValue().asText(), name -> shard(index, name));
                if (!shard.names().contains(entry.getKey())) {
                    throw Problem.rejected("%s: tensor %s not found; expected it there from %s"
                            .formatted(shard.origin(), entry.getKey(), index));
                }
                shardOfTensor.put(entry.getKey(), shard);
            });
        } catch (RuntimeException e) {
            shards.values().forEach(SafeTensors::close);
            throw e;
        }
        return new ShardedSafeTensors(index, shardOfTensor, shards);
    }

    private static SafeTensors shard(Path index, String name) {
        Path file = index.resolveSibling(name);
        if (!index.resolveSibling(".")
                .normalize()
                .equals(file.normalize().resolveSibling(".").normalize())) {
            throw Problem.rejected(index + ": weight_map names '" + name + "'; expected a file of the same folder");
        }
        if (!Files.isRegularFile(file)) {
            throw Problem.rejected(file + ": shard not found; expected it from " + index);
        }
        return SafeTensors.open(file);
    }

    @Override
    public Path origin() {
        return origin;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(shardOfTensor.keySet());
    }

    @Override
    public TensorEntry get(String name) {
        SafeTensors shard = shardOfTensor.get(name);
        if (shard == null) {
            throw Weights.missing(this, name);
        }
        return shard.get(name);
    }

    @Override
    public long fileBytes() {
        return shards.values().stream().mapToLong(SafeTensors::fileBytes).sum();
    }

    @Override
    public void unload() {
        shards.values().forEach(SafeTensors::unload);
    }

    @Override
    public void close() {
        shards.values().forEach(SafeTensors::close);
    }
}
