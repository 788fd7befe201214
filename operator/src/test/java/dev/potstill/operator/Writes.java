package dev.potstill.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Notes every request of an operator, and cuts it off at a chosen write: as if it had been killed there. Either that write is not sent,
 * or it lands and its answer is lost; of those after it none is sent.
 */
final class Writes implements Interceptor {
    private final int last;
    private final boolean lands;
    private final String refused;
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private int writes;
    private volatile boolean dead;

    record Request(String method, URI uri) {
        boolean isWrite() {
            return !method.equals("GET");
        }
    }

    private Writes(int last, boolean lands) {
        this(last, lands, "none");
    }

    private Writes(int last, boolean lands, String refused) {
        this.last = last;
        this.lands = lands;
        this.refused = refused;
    }

    /** None of objects of this kind, which the API server has trouble with. */
    static Writes without(String resource) {
        return new Writes(Integer.MAX_VALUE, true, resource);
    }

    static Writes all() {
        return new Writes(Integer.MAX_VALUE, true);
    }

    /** @param last the write that it ends at, from 1 on */
    static Writes endingBefore(int last) {
        return new Writes(last, false);
    }

    /** @param last the write that it ends at, from 1 on */
    static Writes endingAfter(int last) {
        return new Writes(last, true);
    }

    @Override
    public synchronized void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        var seen = new Request(request.method(), request.uri());
        if (seen.isWrite()) {
            if (request.uri().getPath().endsWith("/" + refused)) {
                throw new KubernetesClientException("refused");
            }
            writes++;
            if (writes > last || (writes == last && !lands)) {
                dead = true;
                throw new KubernetesClientException("killed");
            }
        }
        requests.add(seen);
    }

    @Override
    public synchronized void after(
            HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<java.nio.ByteBuffer>> body) {
        boolean cut = lands && writes >= last && !request.method().equals("GET");
        if (cut) {
            dead = true;
            throw new KubernetesClientException("killed");
        }
    }

    boolean isDead() {
        return dead;
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    List<Request> written() {
        return requests().stream().filter(Request::isWrite).toList();
    }
}
