package dev.potstill.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The one thing of a kubelet that the API server passes on: what containers print. */
final class Kubelet implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final int PATH_POD = 3;

    /** Lines by pod, each behind its time. */
    final Map<String, List<String>> logs = new ConcurrentHashMap<>();
    /** What was asked for. */
    final List<String> asked = new ArrayList<>();
    /** Done at the end of each answer to a follower, before its connection is closed. */
    final BlockingQueue<Runnable> thenDo = new LinkedBlockingQueue<>();

    private final HttpsServer server;

    Kubelet(Path folder) throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(folder)));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/containerLogs/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        String pod = exchange.getRequestURI().getPath().split("/")[PATH_POD];
        asked.add(pod + "?" + query);
        exchange.sendResponseHeaders(200, 0);
        try (var body = exchange.getResponseBody()) {
            for (String line : logs.getOrDefault(pod, List.of())) {
                body.write((told(line, query) + "\n").getBytes(UTF_8));
            }
            if (query.contains("follow=true")) {
                Runnable action = thenDo.poll();
                if (action != null) {
                    action.run();
                }
            }
        }
    }

    private static String told(String line, String query) {
        return query.contains("timestamps=true") ? line : line.substring(line.indexOf(' ') + 1);
    }

    private static SSLContext context(Path folder) throws Exception {
        Path file = folder.resolve("kubelet.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "kubelet",
                        "-dname",
                        "CN=kubelet",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        if (keytool.waitFor() != 0) {
            throw new AssertionError(new String(keytool.getInputStream().readAllBytes(), UTF_8));
        }
        var store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
