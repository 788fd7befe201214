import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.potstill.api.Stage;
import dev.potstill.contract.Problem;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.fetch.FetchSettings;
import dev.potstill.trainer.fetch.Fetching;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Puts objects into moto's bucket and fetches them over a way that breaks off, and one that changes a bit. */
final class FromBucket {
    private static final int BYTES = 12_000_000;
    private static final List<String> KEYS = List.of("plain.jsonl", "sha256.jsonl", "crc32c.jsonl", "parts.jsonl", "a b+c%.jsonl");

    private final Path scratch;
    private final URI moto;
    private final Queue<Long> cuts = new ArrayDeque<>();
    private volatile boolean damaging;
    private int runs;

    private FromBucket(Path scratch, URI moto) {
        this.scratch = scratch;
        this.moto = moto;
    }

    public static void main(String[] arguments) throws Exception {
        int code = 70;
        try {
            new FromBucket(Path.of(arguments[0]), URI.create(arguments[1])).run(new Random(Long.parseLong(arguments[2])));
            code = 0;
        } catch (Exception | AssertionError e) {
            e.printStackTrace();
        } finally {
            System.exit(code); // the server between has threads that do not end by themselves
        }
    }

    private void run(Random random) throws Exception {
        byte[] content = new byte[BYTES];
        random.nextBytes(content);
        fill(content);
        HttpServer between = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        between.createContext("/", this::pass);
        between.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        between.start();
        URI url = URI.create("http://127.0.0.1:" + between.getAddress().getPort());
        for (String key : KEYS) {
            for (long tenth = 1; tenth <= 9; tenth++) {
                cuts.add(BYTES / 10 * tenth);
            }
            requireWhole(fetch(url, "s3://logs/chats/" + key, "600"), content);
            for (long tenth = 0; tenth <= 9; tenth++) {
                endAt(url, key, BYTES / 10 * tenth, content);
            }
            damage(url, key, content);
        }
        Path all = fetch(url, "s3://logs/chats/", "600");
        try (Stream<Path> files = Files.list(all)) {
            if (files.count() != KEYS.size()) {
                throw new AssertionError(Arrays.toString(all.toFile().list()));
            }
        }
        System.out.printf("%d objects of %,d bytes whole, each interrupted at every tenth in one run and over two;%n", KEYS.size(), BYTES);
        System.out.println("a changed bit refused and removed in each of them");
    }

    private void fill(byte[] content) {
        S3Client s3 = S3Client.builder()
                .endpointOverride(moto)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("me", "secret")))
                .build();
        s3.createBucket(ask -> ask.bucket("logs"));
        Map<String, ChecksumAlgorithm> sums = Map.of("sha256.jsonl", ChecksumAlgorithm.SHA256, "crc32c.jsonl", ChecksumAlgorithm.CRC32_C);
        for (String key : KEYS) {
            if (key.equals("parts.jsonl")) {
                continue;
            }
            s3.putObject(
                    ask -> ask.bucket("logs").key("chats/" + key).checksumAlgorithm(sums.get(key)),
                    RequestBody.fromBytes(content));
        }
        String upload = s3.createMultipartUpload(ask -> ask.bucket("logs").key("chats/parts.jsonl")).uploadId();
        int most = 5 << 20; // the least that S3 takes
        List<CompletedPart> parts = Stream.of(1, 2, 3)
                .map(number -> CompletedPart.builder()
                        .partNumber(number)
                        .eTag(s3.uploadPart(
                                        ask -> ask.bucket("logs").key("chats/parts.jsonl").uploadId(upload).partNumber(number),
                                        RequestBody.fromBytes(Arrays.copyOfRange(content, most * (number - 1), Math.min(BYTES, most * number))))
                                .eTag())
                        .build())
                .toList();
        s3.completeMultipartUpload(ask -> ask.bucket("logs").key("chats/parts.jsonl").uploadId(upload).multipartUpload(all -> all.parts(parts)));
    }

    private void endAt(URI url, String key, long at, byte[] content) throws IOException {
        runs++;
        cuts.add(at);
        try {
            fetchAgain(url, "s3://logs/chats/" + key, "0");
            throw new AssertionError("went on without patience");
        } catch (Problem unavailable) {
            if (unavailable.exitCode().code() != 69) {
                throw unavailable;
            }
        }
        requireWhole(fetchAgain(url, "s3://logs/chats/" + key, "600"), content);
    }

    private void damage(URI url, String key, byte[] content) throws IOException {
        damaging = true;
        try {
            fetch(url, "s3://logs/chats/" + key, "600");
            throw new AssertionError(key + ": a changed bit was taken");
        } catch (Problem refused) {
            System.out.println(refused.getMessage().replaceAll(".*has the (\\S+) .*", java.util.regex.Matcher.quoteReplacement(key) + ": refused by its $1"));
            try (Stream<Path> blobs = Files.list(scratch.resolve("workspace-" + runs + "/cache/fetched/blobs"))) {
                if (refused.exitCode().code() != 65 || blobs.findAny().isPresent()) {
                    throw refused;
                }
            }
        } finally {
            damaging = false;
        }
    }

    private Path fetch(URI url, String location, String patience) throws IOException {
        runs++;
        return fetchAgain(url, location, patience);
    }

    private Path fetchAgain(URI url, String location, String patience) throws IOException {
        Path file = Files.writeString(scratch.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: run}
                spec:
                  teachers: [{name: t, model: builtin://word-problem-teacher}]
                  student: {model: builtin://word-problem-teacher}
                  stages: [Data]
                  data: {sources: [{uri: "%s"}]}
                """.formatted(location));
        Manifest manifest = Manifest.read(file, List.of());
        WorkspaceLayout workspace = new WorkspaceLayout(scratch.resolve("workspace-" + runs));
        Map<String, String> environment = Map.of(
                "AWS_ENDPOINT_URL", url.toString(), "AWS_ACCESS_KEY_ID", "me", "AWS_SECRET_ACCESS_KEY", "secret",
                "POTSTILL_FETCH_RETRY_SECONDS", patience);
        Fetching fetching = new Fetching(
                FetchSettings.of(environment, workspace),
                workspace,
                new ProgressBoard(Stage.Data, System::nanoTime),
                new StopSignal(),
                line -> {},
                line -> {});
        Manifest here = fetching.here(manifest, Stage.Data, fetching.pins(manifest));
        return Path.of(URI.create(here.spec().data().sources().getFirst().uri()));
    }

    private static void requireWhole(Path file, byte[] content) throws IOException {
        if (!Arrays.equals(Files.readAllBytes(file), content)) {
            throw new AssertionError(file + " is not what was put");
        }
    }

    /** To moto and back, but for what goes wrong. */
    private void pass(HttpExchange exchange) throws IOException {
        try (exchange; HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(moto + exchange.getRequestURI().toString()))
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (!List.of("host", "content-length", "connection").contains(name.toLowerCase())) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers().map().forEach((name, values) -> {
                if (!List.of("transfer-encoding", "connection", "date").contains(name.toLowerCase())) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            send(exchange, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        byte[] body = answer.body();
        boolean object = exchange.getRequestMethod().equals("GET") && exchange.getRequestURI().getPath().contains(".jsonl");
        if (damaging && object) {
            body[body.length / 2] ^= 1;
        }
        Long cut = object ? cuts.poll() : null;
        long from = answer.headers().firstValue("Content-Range")
                .map(range -> Long.parseLong(range.replaceAll("bytes (\\d+)-.*", "$1")))
                .orElse(0L);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.statusCode(), head || body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body, 0, cut == null ? body.length : (int) Math.max(0, cut - from));
        exchange.getResponseBody().flush();
    }
}
