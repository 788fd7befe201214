package dev.potstill.trainer.endpoint;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Who is asked, and how what is wrong with it is said: the field, the URL, what was found, what was expected and what to do.
 *
 * @param field the endpoint's in the manifest, as in {@code spec.teachers[0].endpoint}
 * @param base the URL up to and with {@code /v1}, without a slash at its end
 * @param model the model's name at the server
 */
record Server(String field, String base, String model) {

    static Server of(String field, String url, String model) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
                throw new URISyntaxException("", "a host, and neither user nor query, was expected");
            }
            return new Server(field, url.replaceAll("/+$", ""), model);
        } catch (URISyntaxException e) {
            // The URL is not repeated: it may hold a password.
            throw Problem.rejected(
                    field
                            + ".url: found a URL without a host, or with a user, a password or a query, expected one such as http://teacher:8000/v1. Put a token into a Secret, and its name into secretRef");
        }
    }

    /** A path below the base URL. */
    URI at(String path) {
        return URI.create(base + "/" + path);
    }

    /** A path beside {@code /v1}, where servers have what is not OpenAI's. */
    URI beside(String path) {
        return URI.create(base.replaceAll("/v1$", "") + "/" + path);
    }

    /** It may answer later. */
    Problem unavailable(URI at, String found, String whatToDo) {
        return new Problem(ExitCode.TEACHER_UNAVAILABLE, said(at, found, whatToDo));
    }

    /** It will not answer this, however often it is asked. */
    Problem rejected(URI at, String found, String whatToDo) {
        return Problem.rejected(said(at, found, whatToDo));
    }

    /** It is not the model that was expected. */
    Problem unfit(URI at, String found, String whatToDo) {
        return Problem.unfit(said(at, found, whatToDo));
    }

    private String said(URI at, String found, String whatToDo) {
        return "%s: %s %s. %s".formatted(field, at, found, whatToDo);
    }
}
