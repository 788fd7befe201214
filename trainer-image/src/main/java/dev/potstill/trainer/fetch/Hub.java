package dev.potstill.trainer.fetch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.HubPath;
import dev.potstill.contract.Json;
import dev.potstill.contract.Pin;
import dev.potstill.contract.Pin.RemoteFile;
import dev.potstill.contract.RemotePath;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Hugging Face Hub, by its own HTTP API: {@code /api/models/ORG/NAME/revision/REV} tells the commit, {@code …/tree/COMMIT} the files,
 * {@code /ORG/NAME/resolve/COMMIT/PATH} sends to where a file is kept.
 */
record Hub(HubClient client) implements Store {
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");
    private static final int PARTIAL = 206;
    private static final String CARD = "README.md";

    @Override
    public Pin look(Wanted wanted, String revision) throws IOException {
        HubPath path = path(wanted);
        String commit = HubPath.isCommit(revision) ? revision : commit(wanted, path);
        List<RemoteFile> files = Selection.of(wanted, path.path(), list(wanted, path, commit));
        return new Pin(wanted.location(), wanted.reading(), commit, files, card(wanted, path, commit, files));
    }

    /** The card of a data set says under which licence it is. */
    private @Nullable RemoteFile card(Wanted wanted, HubPath path, String commit, List<RemoteFile> files)
            throws IOException {
        if (!path.dataset() || files.stream().anyMatch(file -> file.name().equals(CARD))) {
            return null;
        }
        return list(wanted, path, commit, "", false).stream()
                .filter(file -> file.path().equals(CARD))
                .findFirst()
                .orElse(null);
    }

    private String commit(Wanted wanted, HubPath path) throws IOException {
        URI uri = client.at(api(path) + "/revision/" + HubClient.encoded(path.revision()));
        String commit = json(wanted, client.get(wanted, uri)).path("sha").asText();
        if (!HubPath.isCommit(commit)) {
            throw odd(wanted, uri, "without a commit in sha");
        }
        return commit;
    }

    private List<RemoteFile> list(Wanted wanted, HubPath path, String commit) throws IOException {
        String folder = wanted.isData() ? RemotePath.folder(path.path()) : "";
        return list(wanted, path, commit, folder, true);
    }

    private List<RemoteFile> list(Wanted wanted, HubPath path, String commit, String folder, boolean recursive)
            throws IOException {
        String below = folder.isEmpty() ? "" : "/" + HubClient.encodedPath(folder.substring(0, folder.length() - 1));
        Optional<URI> page = Optional.of(
                client.at(api(path) + "/tree/" + commit + below + "?recursive=" + recursive + "&expand=false"));
        List<RemoteFile> files = new ArrayList<>();
        while (page.isPresent()) {
            URI uri = page.get();
            HttpResponse<InputStream> response = client.get(wanted, uri);
            Optional<String> link = response.headers().firstValue("Link");
            JsonNode entries = json(wanted, response);
            if (!entries.isArray()) {
                throw odd(wanted, uri, "without a list of files");
            }
            for (JsonNode entry : entries) {
                if (entry.path("type").asText().equals("file")) {
                    files.add(file(entry));
                }
            }
            page = link.map(NEXT::matcher).filter(found -> found.find()).map(found -> uri.resolve(found.group(1)));
        }
        return files;
    }

    /** Large files are kept beside git, by the SHA-256 of their content; git knows small ones by its own name for them. */
    private static RemoteFile file(JsonNode entry) {
        String path = entry.path("path").asText();
        JsonNode large = entry.path("lfs");
        return large.isObject()
                ? new RemoteFile(
                        path,
                        path,
                        large.path("size").asLong(),
                        "sha256:" + large.path("oid").asText().replaceFirst("^sha256:", ""))
                : new RemoteFile(
                        path,
                        path,
                        entry.path("size").asLong(),
                        Proof.GIT + ":" + entry.path("oid").asText());
    }

    @Override
    public Proof proof(Wanted wanted, Pin pin, RemoteFile file) {
        return Proof.of(file.digest()).orElseGet(Proof::none);
    }

    @Override
    public Download open(Wanted wanted, Pin pin, RemoteFile file, long from) throws IOException {
        HubPath path = path(wanted);
        URI uri = client.at((path.dataset() ? "/datasets/" : "/") + path.repository() + "/resolve/" + pin.revision()
                + "/" + HubClient.encodedPath(file.path()));
        HttpResponse<InputStream> response = client.download(wanted, uri, from);
        InputStream body = response.body();
        Runnable breakOff = () -> HubClient.drop(body);
        if (response.statusCode() == PARTIAL) {
            return Download.ofPart(
                    body, response.headers().firstValue("Content-Range").orElse(""), breakOff);
        }
        long total = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        return new Download(body, 0, total, breakOff);
    }

    private static HubPath path(Wanted wanted) {
        return HubPath.of(wanted.location()).orElseThrow();
    }

    private static String api(HubPath path) {
        return "/api/" + (path.dataset() ? "datasets/" : "models/") + path.repository();
    }

    private JsonNode json(Wanted wanted, HttpResponse<InputStream> response) throws IOException {
        byte[] bytes = client.read(response);
        try {
            return Json.mapper().readTree(bytes);
        } catch (JsonProcessingException e) {
            throw odd(wanted, response.uri(), "with what is not JSON");
        }
    }

    private static RuntimeException odd(Wanted wanted, URI uri, String what) {
        return wanted.rejected(
                "cannot be looked up: %s answered %s".formatted(uri, what), "Expected a Hub; check HF_ENDPOINT");
    }
}
