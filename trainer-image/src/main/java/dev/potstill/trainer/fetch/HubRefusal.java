package dev.potstill.trainer.fetch;

import dev.potstill.contract.HubPath;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Why a Hub does not give what it is asked for: it tells apart what is not there, what is gated and who may not. */
record HubRefusal(HubClient client, Wanted wanted) {
    private static final int SHOWN_BYTES = 300;

    Problem of(HttpResponse<?> response, InputStream body) throws IOException {
        HubPath path = HubPath.of(wanted.location()).orElseThrow();
        int status = response.statusCode();
        String page = client.hub() + (path.dataset() ? "/datasets/" : "/") + path.repository();
        return switch (response.headers().firstValue("X-Error-Code").orElse("")) {
            case "GatedRepo" ->
                wanted.rejected(
                        "is gated: its owner asks for consent before it is given away",
                        client.showsToken()
                                ? "Ask for access at %s as the owner of the token in HF_TOKEN".formatted(page)
                                : "Ask for access at %s, and set HF_TOKEN to a token of yours".formatted(page));
            case "RevisionNotFound" ->
                wanted.rejected(
                        "has no revision %s".formatted(path.revision()),
                        "Expected a branch, a tag or a commit; %s/branches lists them"
                                .formatted(client.hub() + "/" + path.repository()));
            case "EntryNotFound" ->
                wanted.rejected(
                        "holds no %s".formatted(path.path()),
                        "Correct the path; %s/tree/%s lists the files".formatted(page, path.revision()));
            case "RepoNotFound" -> missing(page);
            case "DisabledRepo" -> wanted.rejected("was disabled by the Hub", "Name another");
            default -> status == 401 || status == 404 ? missing(page) : other(response, body);
        };
    }

    /** A Hub does not tell strangers of what is private. */
    private Problem missing(String page) {
        return wanted.rejected(
                "is not there: %s is missing, or private".formatted(page),
                client.showsToken()
                        ? "Correct the name, or set HF_TOKEN to a token that may see it"
                        : "Correct the name; where it is private, set HF_TOKEN");
    }

    private Problem other(HttpResponse<?> response, InputStream body) throws IOException {
        String words = response.headers()
                .firstValue("X-Error-Message")
                .orElse(new String(body.readNBytes(SHOWN_BYTES), StandardCharsets.UTF_8));
        String line = words.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return wanted.rejected(
                "is refused: %s answered %d %s".formatted(response.uri().getHost(), response.statusCode(), line),
                response.statusCode() == 403
                        ? "Set HF_TOKEN to a token that may read it"
                        : "Expected a Hub; check HF_ENDPOINT");
    }
}
