package dev.capocomico.cli.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.model.execution.ValueLimits;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Calls one server on behalf of whoever has the token. Every method throws {@link ServerFailure} when there is no yes. For one thread. */
public final class ServerClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Longer than the server takes to say that it does not know. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(40);

    private static final String EVENTS = "text/event-stream";
    /** A server shows what it has accepted. */
    private static final ObjectMapper JSON = new ObjectMapper(
            JsonFactory.builder().streamReadConstraints(ValueLimits.stored()).build());

    private final @Nullable String token;
    private final Supplier<Optional<URI>> whereabouts;
    private URI server;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /**
     * Calls nobody yet.
     *
     * @param server without a path
     * @param token null where the server asks for none
     * @param whereabouts where the same server may be found when it is there no more; empty when that is not known
     */
    public ServerClient(URI server, @Nullable String token, Supplier<Optional<URI>> whereabouts) {
        this.server = server;
        this.token = token;
        this.whereabouts = whereabouts;
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
        HttpResponse<String> response = send(request("GET", "/health", null));
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

    /** Looks where it is now: one that was started again may have another port. */
    void findAgain() {
        whereabouts.get().ifPresent(found -> server = found);
    }

    /**
     * Opens a stream of events, of which the first is that after the one with this id.
     *
     * @param lastId null to begin with the first of all
     * @return empty when there are none after it, and none to come; fails with a {@link ServerFailure}
     */
    CompletableFuture<Optional<Opened.Pieces>> open(String path, @Nullable String lastId) {
        HttpRequest.Builder request = request(path).header("Accept", EVENTS + ", application/problem+json");
        if (lastId != null) {
            request.header("Last-Event-ID", lastId);
        }
        // A request's own timeout may mean all of the answer, and a stream's may take for ever.
        CompletableFuture<HttpResponse<Opened>> answer =
                http.sendAsync(request.GET().build(), ServerClient::body);
        return answer.copy()
                .orTimeout(ANSWER_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .handle((response, failure) -> {
                    if (failure != null) {
                        answer.cancel(true);
                        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                        throw unreachable(cause == null ? failure : cause);
                    }
                    if (response.statusCode() == 204) {
                        return Optional.empty();
                    }
                    return switch (response.body()) {
                        case Opened.Pieces pieces -> Optional.of(pieces);
                        case Opened.Whole whole -> throw no(path, response, json(whole.text()));
                    };
                });
    }

    private static HttpResponse.BodySubscriber<Opened> body(HttpResponse.ResponseInfo answer) {
        boolean events = answer.statusCode() == 200
                && answer.headers().firstValue("Content-Type").orElse("").startsWith(EVENTS);
        return events
                ? new Opened.Pieces()
                : HttpResponse.BodySubscribers.mapping(
                        HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8), Opened.Whole::new);
    }

    /**
     * What was open has ended before its time.
     *
     * @param cut null if the server has ended it itself
     */
    ServerFailure hungUp(@Nullable Throwable cut) {
        return cut == null ? unreachable("hangs up at once; it may be stopping", null) : unreachable(cut);
    }

    /** A part of a path, or a value in a query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Reply call(String method, String path, @Nullable JsonNode body) throws InterruptedException {
        HttpResponse<String> response = send(request(method, path, body));
        Optional<JsonNode> json = json(response.body());
        int status = response.statusCode();
        if (status >= 200 && status < 300 && json.isPresent()) {
            return new Reply(status, json.get());
        }
        throw no(path, response, json);
    }

    private ServerFailure no(String path, HttpResponse<?> response, Optional<JsonNode> json) {
        if (json.isPresent() && json.get().path("code").isTextual()) {
            return refused(response, json.get());
        }
        return unreachable(
                "answers %s with %d, and not as Capocomico does; is the address right?"
                        .formatted(path, response.statusCode()),
                null);
    }

    private HttpRequest request(String method, String path, @Nullable JsonNode body) {
        HttpRequest.Builder request = request(path)
                .header("Accept", "application/json, application/problem+json")
                .timeout(ANSWER_TIMEOUT);
        if (body == null) {
            return request.method(method, HttpRequest.BodyPublishers.noBody()).build();
        }
        return request.header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private ServerFailure unreachable(Throwable failure) {
        String why =
                switch (failure) {
                    case HttpConnectTimeoutException e ->
                        "cannot be reached: nobody answers there within " + CONNECT_TIMEOUT.toSeconds() + " s";
                    case HttpTimeoutException e -> notInTime();
                    case TimeoutException e -> notInTime();
                    case ConnectException e when isUnknown(e) -> "cannot be reached: there is no such host";
                    case ConnectException e -> "cannot be reached: nobody listens there";
                    case SSLException e -> "cannot be trusted or speaks no TLS: " + e.getMessage();
                    default -> "has not answered: " + failure.getMessage();
                };
        return unreachable(why, failure);
    }

    private static String notInTime() {
        return "has not answered within " + ANSWER_TIMEOUT.toSeconds() + " s";
    }

    private static boolean isUnknown(ConnectException e) {
        return e.getCause() instanceof UnresolvedAddressException
                || (e.getCause() != null && e.getCause().getCause() instanceof UnresolvedAddressException);
    }

    private ServerFailure unreachable(String why, @Nullable Throwable e) {
        return new ServerFailure.Unreachable(server, why, e);
    }

    private static Optional<JsonNode> json(String body) {
        try {
            return Optional.of(JSON.readTree(body)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static ServerFailure refused(HttpResponse<?> response, JsonNode problem) {
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
