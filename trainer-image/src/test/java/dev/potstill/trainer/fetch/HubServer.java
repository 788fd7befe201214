package dev.potstill.trainer.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.potstill.contract.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A Hub of this machine, as its public HTTP API has it: large files are kept at another address, which it sends to. */
public final class HubServer implements AutoCloseable {
    private static final int LARGE_BYTES = 512;
    private static final int PAGE = 3;

    private final HttpServer hub;
    private final HttpServer storage;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Repository> repositories = new ConcurrentHashMap<>();
    private final Map<String, byte[]> kept = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** Of what the storage sends, and of what the Hub sends itself. */
    final Faults faults = new Faults();

    /** What the Hub answers instead, once each. */
    final Faults answers = new Faults();

    private volatile String rateLimited = "";

    private static final class Repository {
        private final TreeMap<String, byte[]> files = new TreeMap<>();
        private volatile boolean gated;
        private volatile String token = "";
        private int commits;

        private String commit() {
            return digest("SHA-1", ("commit " + commits + files.keySet()).getBytes(StandardCharsets.UTF_8));
        }
    }

    private HubServer() throws IOException {
        hub = start(this::hub);
        storage = start(this::storage);
    }

    public static HubServer start() throws IOException {
        return new HubServer();
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException, InterruptedException, Refused;
    }

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String code;

        private Refused(int status, String code) {
            this.status = status;
            this.code = code;
        }
    }

    private HttpServer start(Handler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                try {
                    handler.handle(exchange);
                } catch (Refused e) {
                    exchange.getResponseHeaders().set("X-Error-Code", e.code);
                    exchange.sendResponseHeaders(e.status, -1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.setExecutor(threads);
        server.start();
        return server;
    }

    public String url() {
        return "http://127.0.0.1:" + hub.getAddress().getPort();
    }

    /** @param repository as {@code models/ORG/NAME} or {@code datasets/ORG/NAME} */
    public HubServer with(String repository, String path, byte[] content) {
        Repository changed = repositories.computeIfAbsent(repository, any -> new Repository());
        synchronized (changed) {
            changed.files.put(path, content);
            changed.commits++;
        }
        kept.put(digest("SHA-256", content), content);
        return this;
    }

    /** Only who shows this token may have it. */
    HubServer gate(String repository, String token, boolean gated) {
        Repository closed = repositories.get(repository);
        closed.token = token;
        closed.gated = gated;
        return this;
    }

    String commit(String repository) {
        return repositories.get(repository).commit();
    }

    /** The next answer of the API asks for patience in the words of RateLimit. */
    void limit(String rateLimit) {
        rateLimited = rateLimit;
    }

    /** The connections that the next large files come by end after these bytes of them. */
    public void cutAt(long... bytes) {
        for (long each : bytes) {
            faults.then(new Faults.Fault.CutAt(each));
        }
    }

    /** The next large file stops coming after so many bytes. */
    public void silentAfter(long bytes) {
        faults.then(new Faults.Fault.SilentAt(bytes));
    }

    /** Whether a part of a large file was asked for that begins within it. */
    public boolean resumed() {
        return faults.sent().stream().anyMatch(sent -> sent.from() > 0);
    }

    /** Paths that the Hub itself was asked for. */
    List<String> asked() {
        return asked;
    }

    private void hub(HttpExchange exchange) throws IOException, InterruptedException, Refused {
        String path = exchange.getRequestURI().getRawPath();
        asked.add(path);
        if (!rateLimited.isEmpty()) {
            exchange.getResponseHeaders().set("RateLimit", rateLimited);
            rateLimited = "";
            exchange.sendResponseHeaders(429, -1);
            return;
        }
        String[] parts = path.substring(1).split("/");
        if (parts[0].equals("api")) {
            api(exchange, parts);
        } else {
            boolean data = parts[0].equals("datasets");
            int first = data ? 1 : 0;
            String name = (data ? "datasets/" : "models/") + parts[first] + "/" + parts[first + 1];
            resolve(exchange, allowed(exchange, name), joined(parts, first + 4), parts[first + 3]);
        }
    }

    private void api(HttpExchange exchange, String[] parts) throws IOException, Refused {
        Repository repository = allowed(exchange, parts[1] + "/" + parts[2] + "/" + parts[3]);
        requireRevision(repository, parts.length > 5 ? URLDecoder.decode(parts[5], StandardCharsets.UTF_8) : "main");
        if (parts.length <= 5 || parts[4].equals("revision")) {
            answer(exchange, about(parts[2] + "/" + parts[3], repository));
            return;
        }
        String folder = joined(parts, 6);
        List<Map<String, Object>> entries = entries(repository, folder);
        if (entries.isEmpty()) {
            throw new Refused(404, "EntryNotFound");
        }
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        int from = query.contains("cursor=") ? Integer.parseInt(query.replaceFirst(".*cursor=(\\d+).*", "$1")) : 0;
        int to = Math.min(entries.size(), from + PAGE);
        if (to < entries.size()) {
            String next = url() + exchange.getRequestURI().getPath() + "?recursive=true&cursor=" + to;
            exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\"");
        }
        answer(exchange, entries.subList(from, to));
    }

    private static Map<String, Object> about(String name, Repository repository) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("id", name);
        about.put("sha", repository.commit());
        about.put("private", false);
        about.put("gated", repository.gated);
        about.put("tags", List.of());
        about.put(
                "siblings",
                repository.files.keySet().stream()
                        .map(file -> Map.of("rfilename", file))
                        .toList());
        return about;
    }

    private static List<Map<String, Object>> entries(Repository repository, String folder) {
        List<Map<String, Object>> entries = new ArrayList<>();
        repository.files.forEach((path, content) -> {
            if (folder.isEmpty() || path.startsWith(folder + "/")) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("type", "file");
                entry.put("oid", blob(content));
                entry.put("size", content.length);
                entry.put("path", path);
                if (content.length > LARGE_BYTES) {
                    entry.put(
                            "lfs",
                            Map.of("oid", digest("SHA-256", content), "size", content.length, "pointerSize", 130));
                }
                entries.add(entry);
            }
        });
        return entries;
    }

    private void resolve(HttpExchange exchange, Repository repository, String path, String revision)
            throws IOException, InterruptedException, Refused {
        requireRevision(repository, revision);
        byte[] content = repository.files.get(path);
        if (content == null) {
            throw new Refused(404, "EntryNotFound");
        }
        var headers = exchange.getResponseHeaders();
        headers.set("X-Repo-Commit", repository.commit());
        headers.set("Accept-Ranges", "bytes");
        if (content.length > LARGE_BYTES) {
            String digest = digest("SHA-256", content);
            headers.set("X-Linked-Etag", "\"" + digest + "\"");
            headers.set("X-Linked-Size", Integer.toString(content.length));
            headers.set(
                    "Location",
                    "http://127.0.0.1:%d/%s".formatted(storage.getAddress().getPort(), digest));
            exchange.sendResponseHeaders(302, -1);
            return;
        }
        headers.set("ETag", "\"" + blob(content) + "\"");
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            answers.send(exchange, content);
        }
    }

    private void storage(HttpExchange exchange) throws IOException, InterruptedException {
        faults.send(exchange, kept.get(exchange.getRequestURI().getPath().substring(1)));
    }

    private Repository allowed(HttpExchange exchange, String name) throws Refused {
        Repository repository = repositories.get(name);
        if (repository == null) {
            throw new Refused(401, "RepoNotFound"); // who is not known is not told more
        }
        String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!repository.token.isEmpty() && !shown.equals("Bearer " + repository.token)) {
            throw new Refused(repository.gated ? 403 : 401, repository.gated ? "GatedRepo" : "RepoNotFound");
        }
        return repository;
    }

    private static void requireRevision(Repository repository, String revision) throws Refused {
        if (!revision.equals("main") && !revision.equals(repository.commit())) {
            throw new Refused(404, "RevisionNotFound");
        }
    }

    private static String joined(String[] parts, int from) {
        List<String> rest = List.of(parts).subList(Math.min(from, parts.length), parts.length);
        return URLDecoder.decode(String.join("/", rest), StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, Object body) throws IOException {
        byte[] bytes = Json.compact(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String blob(byte[] content) {
        byte[] header = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[header.length + content.length];
        System.arraycopy(header, 0, all, 0, header.length);
        System.arraycopy(content, 0, all, header.length, content.length);
        return digest("SHA-1", all);
    }

    private static String digest(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        faults.close();
        answers.close();
        hub.stop(0);
        storage.stop(0);
        threads.shutdownNow();
    }
}
