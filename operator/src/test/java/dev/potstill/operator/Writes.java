package dev.potstill.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Notes every request of an operator, and lets none of its writes through from a chosen one on: as if it had been killed there. */
final class Writes implements Interceptor {
    private final int through;
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private int writes;
    private volatile boolean dead;

    record Request(String method, URI uri) {
        boolean isWrite() {
            return !method.equals("GET");
        }
    }

    private Writes(int through) {
        this.through = through;
    }

    static Writes all() {
        return new Writes(Integer.MAX_VALUE);
    }

    /** The write after so many is not sent, and none after it. */
    static Writes endingAfter(int writes) {
        return new Writes(writes);
    }

    @Override
    public synchronized void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        var seen = new Request(request.method(), request.uri());
        if (seen.isWrite() && ++writes > through) {
            dead = true;
            throw new KubernetesClientException("killed");
        }
        requests.add(seen);
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
