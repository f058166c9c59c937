package dev.capocomico.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Calls one server on behalf of whoever has the token. Every method throws {@link ServerFailure} when there is no yes. */
public final class ServerClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Longer than the server takes to say that it does not know. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(40);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI server;
    private final @Nullable String token;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /**
     * Calls nobody yet.
     *
     * @param server without a path
     * @param token null where the server asks for none
     */
    public ServerClient(URI server, @Nullable String token) {
        this.server = server;
        this.token = token;
    }

    public URI server() {
        return server;
    }

    /** What the server said: 2xx. */
    public record Reply(int status, JsonNode json) {}

    public JsonNode get(String path) throws InterruptedException {
        return call("GET", path, null).json();
    }

    /**
     * Asks for something to be done.
     *
     * @param body null for none
     */
    public Reply post(String path, @Nullable JsonNode body) throws InterruptedException {
        return call("POST", path, body);
    }

    /** What time the server has, to the second. */
    public Instant clock() throws InterruptedException {
        HttpResponse<byte[]> response = send(request("GET", "/health", null));
        try {
            return response.headers()
                    .firstValue("Date")
                    .map(DateTimeFormatter.RFC_1123_DATE_TIME::parse)
                    .map(Instant::from)
                    .orElseThrow(() -> unreachable("does not say what time it has; is the address right?", null));
        } catch (DateTimeException e) {
            throw unreachable("has no time that can be read; is the address right?", e);
        }
    }

    /** A part of a path, or a value in a query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Reply call(String method, String path, @Nullable JsonNode body) throws InterruptedException {
        HttpResponse<byte[]> response = send(request(method, path, body));
        Optional<JsonNode> json = json(response);
        int status = response.statusCode();
        if (status >= 200 && status < 300 && json.isPresent()) {
            return new Reply(status, json.get());
        }
        if (json.isPresent() && json.get().path("code").isTextual()) {
            throw refused(response, json.get());
        }
        throw new ServerFailure.Unreachable(
                server,
                "answers %s with %d, and not as Capocomico does; is the address right?".formatted(path, status),
                null);
    }

    private HttpRequest request(String method, String path, @Nullable JsonNode body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(ANSWER_TIMEOUT);
        request.header("Accept", "application/json, application/problem+json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body == null) {
            return request.method(method, HttpRequest.BodyPublishers.noBody()).build();
        }
        return request.header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (HttpConnectTimeoutException e) {
            throw unreachable(
                    "cannot be reached: nobody answers there within " + CONNECT_TIMEOUT.toSeconds() + " s", e);
        } catch (HttpTimeoutException e) {
            throw unreachable("has not answered within " + ANSWER_TIMEOUT.toSeconds() + " s", e);
        } catch (ConnectException e) {
            boolean unknown = e.getCause() instanceof UnresolvedAddressException
                    || (e.getCause() != null && e.getCause().getCause() instanceof UnresolvedAddressException);
            throw unreachable(
                    unknown ? "cannot be reached: there is no such host" : "cannot be reached: nobody listens there",
                    e);
        } catch (SSLException e) {
            throw unreachable("cannot be trusted or speaks no TLS: " + e.getMessage(), e);
        } catch (IOException e) {
            throw unreachable("has not answered: " + e.getMessage(), e);
        }
    }

    private ServerFailure unreachable(String why, @Nullable Exception e) {
        return new ServerFailure.Unreachable(server, why, e);
    }

    private static Optional<JsonNode> json(HttpResponse<byte[]> response) {
        try {
            return Optional.of(JSON.readTree(response.body())).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory could not be read", e);
        }
    }

    private static ServerFailure refused(HttpResponse<byte[]> response, JsonNode problem) {
        String detail = problem.path("detail").asText();
        List<String> errors = new ArrayList<>();
        for (JsonNode error : problem.path("errors")) {
            String message = error.path("message").asText();
            if (!message.equals(detail)) {
                String pointer = error.path("pointer").asText();
                String hint = error.path("hint").asText("");
                errors.add((pointer.isEmpty() ? "" : pointer + ": ") + message + (hint.isEmpty() ? "" : "; " + hint));
            }
        }
        return new ServerFailure.Refused(
                response.statusCode(),
                problem.path("code").asText(),
                detail,
                errors,
                problem.path("trace_id").asText(null),
                response.headers().firstValue("Retry-After").orElse(null));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
