package dev.potstill.trainer.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;

/** A store of one bucket, {@code logs}, that speaks as much of S3 as reading takes. It trusts everybody who shows what it expects. */
final class BucketServer implements AutoCloseable {
    static final String NAME = "logs";
    private static final int PAGE = 2;
    private static final int PART_BYTES = 300_000;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final TreeMap<String, byte[]> objects = new TreeMap<>();
    private final List<String> shown = new CopyOnWriteArrayList<>();
    final Faults faults = new Faults();
    volatile Checks checks = Checks.ETAG;
    volatile String refusal = "";

    /** What a content can be checked by. */
    enum Checks {
        ETAG,
        CRC32,
        SHA256,
        PARTS,
        SIZE
    }

    BucketServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                handle(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.setExecutor(threads);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    BucketServer with(String key, byte[] content) {
        synchronized (objects) {
            objects.put(key, content);
        }
        return this;
    }

    /** Authorization headers, or {@code null}. */
    List<String> shown() {
        return shown;
    }

    private void handle(HttpExchange exchange) throws IOException, InterruptedException {
        shown.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        String path = exchange.getRequestURI().getPath();
        if (!refusal.isEmpty()) {
            error(exchange, 403, refusal);
        } else if (!path.startsWith("/" + NAME)) {
            error(exchange, 404, "NoSuchBucket");
        } else if (path.length() <= NAME.length() + 2) {
            list(exchange);
        } else {
            object(exchange, path.substring(NAME.length() + 2));
        }
    }

    private void list(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getRawQuery());
        String prefix = parameter(query, "prefix");
        String after = parameter(query, "continuation-token");
        StringBuilder xml = new StringBuilder("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        int listed = 0;
        String last = "";
        boolean more = false;
        synchronized (objects) {
            for (var object : objects.tailMap(after, after.isEmpty()).entrySet()) {
                if (!object.getKey().startsWith(prefix)) {
                    continue;
                }
                if (listed++ == PAGE) {
                    more = true;
                    break;
                }
                last = object.getKey();
                xml.append("<Contents><Key>%s</Key><Size>%d</Size><ETag>&quot;%s&quot;</ETag></Contents>"
                        .formatted(last, object.getValue().length, etag(object.getValue())));
            }
        }
        xml.append("<IsTruncated>%s</IsTruncated>".formatted(more));
        if (more) {
            xml.append("<NextContinuationToken>%s</NextContinuationToken>".formatted(last));
        }
        byte[] bytes = xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String parameter(String query, String name) {
        for (String pair : query.split("&")) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private void object(HttpExchange exchange, String key) throws IOException, InterruptedException {
        byte[] content;
        synchronized (objects) {
            content = objects.get(key);
        }
        if (content == null) {
            error(exchange, 404, "NoSuchKey");
            return;
        }
        String wished = exchange.getRequestHeaders().getFirst("If-Match");
        if (wished != null && !wished.equals("\"" + etag(content) + "\"")) {
            error(exchange, 412, "PreconditionFailed");
            return;
        }
        exchange.getResponseHeaders().set("ETag", "\"" + etag(content) + "\"");
        if (exchange.getRequestMethod().equals("HEAD")) {
            describe(exchange, content);
            String part = parameter(String.valueOf(exchange.getRequestURI().getRawQuery()), "partNumber");
            exchange.getResponseHeaders()
                    .set("Content-Length", Integer.toString(part.isEmpty() ? content.length : part(content, part)));
            exchange.sendResponseHeaders(200, -1);
        } else {
            faults.send(exchange, content);
        }
    }

    private void describe(HttpExchange exchange, byte[] content) {
        var headers = exchange.getResponseHeaders();
        if (checks == Checks.CRC32) {
            CRC32 sum = new CRC32();
            sum.update(content);
            byte[] bytes = HexFormat.of().parseHex("%08x".formatted(sum.getValue()));
            headers.set("x-amz-checksum-crc32", Base64.getEncoder().encodeToString(bytes));
            headers.set("x-amz-checksum-type", "FULL_OBJECT");
        } else if (checks == Checks.SHA256) {
            headers.set("x-amz-checksum-sha256", Base64.getEncoder().encodeToString(digest("SHA-256", content)));
            headers.set("x-amz-checksum-type", "FULL_OBJECT");
        }
    }

    private static int part(byte[] content, String number) {
        return Math.min(PART_BYTES, content.length - PART_BYTES * (Integer.parseInt(number) - 1));
    }

    /** The MD5 of what was put in one piece, or that of the parts' MD5s, or else no digest of the content. */
    private String etag(byte[] content) {
        return switch (checks) {
            case ETAG -> HexFormat.of().formatHex(digest("MD5", content));
            case PARTS -> parts(content);
            case CRC32, SHA256, SIZE -> HexFormat.of().formatHex(digest("MD5", content)) + "-9999";
        };
    }

    private static String parts(byte[] content) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int count = 0;
        for (int from = 0; from < content.length; from += PART_BYTES) {
            int to = Math.min(content.length, from + PART_BYTES);
            all.writeBytes(digest("MD5", Arrays.copyOfRange(content, from, to)));
            count++;
        }
        return HexFormat.of().formatHex(digest("MD5", all.toByteArray())) + "-" + count;
    }

    private static byte[] digest(String algorithm, byte[] content) {
        try {
            return MessageDigest.getInstance(algorithm).digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        byte[] bytes = "<Error><Code>%s</Code><Message>no</Message></Error>"
                .formatted(code)
                .getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        faults.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
