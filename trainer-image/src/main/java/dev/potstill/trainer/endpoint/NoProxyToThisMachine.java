package dev.potstill.trainer.endpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** The machine's own choice of proxies, but none for the machine itself. */
public final class NoProxyToThisMachine extends ProxySelector {
    private final Optional<ProxySelector> others = Optional.ofNullable(ProxySelector.getDefault());

    @Override
    public List<Proxy> select(URI uri) {
        return isThisMachine(uri)
                ? List.of(Proxy.NO_PROXY)
                : others.map(selector -> selector.select(uri)).orElse(List.of(Proxy.NO_PROXY));
    }

    /** By its name or literal address; a name is not looked up. */
    private static boolean isThisMachine(URI uri) {
        String host = String.valueOf(uri.getHost()).replaceAll("[\\[\\]]", "");
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        try {
            return (host.matches("[0-9.]+") || host.contains(":"))
                    && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException cause) {
        others.ifPresent(selector -> selector.connectFailed(uri, address, cause));
    }
}
