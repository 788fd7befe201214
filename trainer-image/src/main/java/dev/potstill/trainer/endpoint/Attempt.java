package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What came of asking once. */
sealed interface Attempt {
    /** Servers write infinity as JSON has it not. */
    JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    int SHOWN_CHARACTERS = 300;

    record Answered(Reply reply) implements Attempt {}

    /**
     * @param busy whether it says that it has too much to do
     * @param retryAfter what the server asks for before it is asked again
     */
    record Failed(String what, boolean busy, Optional<Duration> retryAfter) implements Attempt {
        Failed(String what) {
            this(what, false, Optional.empty());
        }
    }

    /**
     * @param isKnown whether the server has answered well there before: what is no JSON is then the page of something before it, which passes
     * @param hide takes out of a server's words what nobody is to see
     */
    static Attempt of(
            Server server, boolean isKnown, HttpResponse<byte[]> response, UnaryOperator<String> hide, Instant now) {
        int status = response.statusCode();
        String words = hide.apply(words(response.body()));
        if (status / 100 == 2) {
            return answered(server, isKnown, response, words);
        }
        if (status == 408 || status == 425 || status == 429 || status >= 500 && status != 501) {
            Optional<Duration> wait =
                    response.headers().firstValue("Retry-After").flatMap(value -> Backoff.retryAfter(value, now));
            return new Failed(new Reply.Refusal(status, words).toString(), status == 429, wait);
        }
        return new Answered(refusal(server, response, words));
    }

    private static Attempt answered(Server server, boolean isKnown, HttpResponse<byte[]> response, String words) {
        try {
            JsonNode json = JSON.readTree(response.body());
            if (json.isObject()) {
                return new Answered(new Reply.Answer(json));
            }
        } catch (JsonEOFException e) {
            return new Failed("broke off its answer after " + response.body().length + " bytes");
        } catch (JsonProcessingException e) {
            // Told below.
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
        String what = "answered " + response.statusCode() + " with what is not a JSON object: " + words;
        if (isKnown) {
            return new Failed(what, true, Optional.empty());
        }
        throw server.rejected(
                response.uri(), what, "Expected an OpenAI-compatible server; check " + server.field() + ".url");
    }

    private static Reply refusal(Server server, HttpResponse<byte[]> response, String words) {
        Reply.Refusal refusal = new Reply.Refusal(response.statusCode(), words);
        return switch (response.statusCode()) {
            case 401, 403 ->
                throw server.rejected(
                        response.uri(),
                        refusal.toString(),
                        "Expected a token that it takes; set " + server.field() + ".secretRef and the token in it");
            case 301, 302, 303, 307, 308 ->
                throw server.rejected(
                        response.uri(),
                        "sends to "
                                + response.headers().firstValue("Location").orElse("elsewhere") + " (status "
                                + response.statusCode() + ")",
                        "Expected an answer, as a token is not taken elsewhere; correct " + server.field() + ".url");
            default -> refusal;
        };
    }

    /** The message of an error as OpenAI and its likes send it, or else the beginning of the body, in one line. */
    private static String words(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, 1 << 16), StandardCharsets.UTF_8);
        try {
            JsonNode json = JSON.readTree(text);
            for (String path : new String[] {"/error/message", "/message", "/detail", "/error"}) {
                if (json.at(path).isTextual()) {
                    text = json.at(path).textValue();
                    break;
                }
            }
        } catch (JsonProcessingException e) {
            // Shown as it is.
        }
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }

    /** A defect in our own question is nobody else's problem. */
    static Problem unexpected(Server server, Reply.Refusal refusal, String path) {
        return unexpected(server, refusal, path, "");
    }

    /** @param which question it was, as a person would find it */
    static Problem unexpected(Server server, Reply.Refusal refusal, String path, String which) {
        return server.rejected(
                server.at(path),
                refusal.toString(),
                "Expected an answer for the model \"%s\"%s; check %s.url and .model"
                        .formatted(server.model(), which, server.field()));
    }
}
