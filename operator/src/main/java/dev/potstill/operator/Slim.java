package dev.potstill.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;

/** What is watched, without the list of who set which of its fields: that is most of what an object holds, and nobody here reads it. */
public final class Slim<T extends HasMetadata> extends BasicItemStore<T> {
    public Slim() {
        super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public T put(String key, T object) {
        object.getMetadata().setManagedFields(List.of());
        return super.put(key, object);
    }
}
