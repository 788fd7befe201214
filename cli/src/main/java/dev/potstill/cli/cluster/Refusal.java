package dev.potstill.cli.cluster;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What an API server that refuses, or that does not answer, means to people. */
final class Refusal {
    private static final Pattern BY_RBAC = Pattern.compile("User \"([^\"]*)\" cannot ");

    private Refusal() {}

    static Problem of(KubernetesClientException e, String verb, String resource, Connection connection) {
        if (e.getCode() <= 0) {
            return problem(
                    ExitCode.CLUSTER_UNAVAILABLE, e, "no cluster answers at %s: %s", connection.server(), why(e));
        }
        return switch (e.getCode()) {
            case 401 ->
                problem(
                        ExitCode.FORBIDDEN,
                        e,
                        "%s does not know who asks: log in again, or choose another --context",
                        connection.server());
            case 403 -> forbidden(e, verb, resource, connection);
            case 404 ->
                problem(
                        ExitCode.CLUSTER_UNAVAILABLE,
                        e,
                        "%s has no %s: install Potstill's chart there, or choose another --context",
                        connection.server(),
                        resource);
            case 400, 409, 422 -> problem(ExitCode.REJECTED, e, "%s refuses to %s: %s", resource, verb, said(e));
            default ->
                problem(
                        ExitCode.CLUSTER_UNAVAILABLE,
                        e,
                        "%s answers %d: %s",
                        connection.server(),
                        e.getCode(),
                        said(e));
        };
    }

    /** By RBAC, or by an admission rule, which says why. */
    private static Problem forbidden(KubernetesClientException e, String verb, String resource, Connection connection) {
        var user = BY_RBAC.matcher(said(e));
        return user.find()
                ? problem(
                        ExitCode.FORBIDDEN,
                        e,
                        "%s may not %s %s in namespace %s: a Role with this verb on this resource allows it",
                        user.group(1),
                        verb,
                        resource,
                        connection.namespace())
                : problem(
                        ExitCode.FORBIDDEN,
                        e,
                        "may not %s %s in namespace %s: %s",
                        verb,
                        resource,
                        connection.namespace(),
                        said(e));
    }

    private static Problem problem(ExitCode code, Exception cause, String message, Object... arguments) {
        return new Problem(code, message.formatted(arguments), cause);
    }

    private static String said(KubernetesClientException e) {
        String said = e.getStatus() == null ? null : e.getStatus().getMessage();
        return line(said == null ? String.valueOf(e.getMessage()) : said);
    }

    private static String why(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            Optional<String> known = known(cause);
            if (known.isPresent()) {
                return known.get();
            }
        }
        return rootOf(e);
    }

    /** The HTTP client wraps what it found in its own exceptions, and these say less. */
    private static Optional<String> known(Throwable cause) {
        return switch (cause) {
            case ConnectException refused when refused.getCause() instanceof ConnectException -> Optional.empty();
            case ConnectException refused
            when refused.getCause() instanceof UnresolvedAddressException -> Optional.of("its name has no address");
            case UnknownHostException _ -> Optional.of("its name has no address");
            case ConnectException _ -> Optional.of("it refuses the connection");
            case HttpTimeoutException _, TimeoutException _ -> Optional.of("it takes too long");
            case SSLException ssl ->
                Optional.of("its certificate is not accepted: " + line(String.valueOf(ssl.getMessage())));
            default -> Optional.empty();
        };
    }

    /** What went wrong first, in a line. */
    static String rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return line(message == null ? root.getClass().getSimpleName() : message);
    }

    private static String line(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
