package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.http.contract.Contract;
import dev.capocomico.http.contract.ContractSchema;
import dev.capocomico.http.contract.Operation;
import dev.capocomico.http.contract.Router;
import dev.capocomico.http.contract.UriText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Calls the server, and holds every answer against the contract. */
final class Client {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final Contract contract = Contract.load();
    private final Router router = new Router(contract.operations());
    private final String base;
    private final Map<String, Set<Integer>> seen = new TreeMap<>();

    Client(InetSocketAddress address) {
        this.base = "http://127.0.0.1:" + address.getPort();
    }

    record Reply(int status, JsonNode json, HttpResponse<String> response) {
        String detail() {
            return json().path("detail").asText();
        }

        String code() {
            return json.path("code").asText();
        }

        Reply is(int expected) {
            assertThat(status).as(response.request() + " → " + response.body()).isEqualTo(expected);
            return this;
        }
    }

    /** Which statuses have been seen, by operation. */
    Map<String, Set<Integer>> seen() {
        return seen;
    }

    Contract contract() {
        return contract;
    }

    URI uri(String path) {
        return URI.create(base + path);
    }

    Reply get(@Nullable String token, String path, String... headers) {
        return send("GET", token, path, null, headers);
    }

    Reply post(@Nullable String token, String path, @Nullable String body, String... headers) {
        return send("POST", token, path, body, headers);
    }

    Reply send(String method, @Nullable String token, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
        request.method(
                method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (body != null && !Set.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        try {
            HttpResponse<String> response = http.send(request.build(), Client::body);
            return checked(method, path, response);
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " was not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Of a stream, which may have no end, its beginning. */
    private static HttpResponse.BodySubscriber<String> body(HttpResponse.ResponseInfo head) {
        boolean stream = head.headers().firstValue("content-type").orElse("").startsWith("text/event-stream");
        return stream ? new Beginning() : HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
    }

    private static final class Beginning implements HttpResponse.BodySubscriber<String> {
        private final CompletableFuture<String> text = new CompletableFuture<>();
        private Flow.Subscription subscription;

        @Override
        public CompletionStage<String> getBody() {
            return text;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            subscription.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> bytes) {
            StringBuilder all = new StringBuilder();
            bytes.forEach(some -> all.append(StandardCharsets.UTF_8.decode(some)));
            text.complete(all.toString());
            subscription.cancel();
        }

        @Override
        public void onError(Throwable failure) {
            text.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            text.complete("");
        }
    }

    /** An answer that is not held against the contract: a fault is in none. */
    String raw(String token, String path) {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + token)
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .join()
                .body();
    }

    private Reply checked(String method, String path, HttpResponse<String> response) throws JsonProcessingException {
        String type = response.headers().firstValue("content-type").orElse("").replaceAll(";.*", "");
        boolean json = type.endsWith("json") && !response.body().isEmpty();
        JsonNode body = json ? JSON.readTree(response.body()) : TextNode.valueOf(response.body());
        int question = path.indexOf('?');
        var segments = UriText.segments(question < 0 ? path : path.substring(0, question));
        if (segments.isPresent() && router.find(method, segments.get()) instanceof Router.Found.One found) {
            Operation operation = found.operation();
            seen.computeIfAbsent(operation.id(), id -> new TreeSet<>()).add(response.statusCode());
            assertThat(operation.statuses())
                    .as("%s answered %s", operation.id(), response.body())
                    .contains(response.statusCode());
            for (String header : contract.headers(operation, response.statusCode())) {
                assertThat(response.headers().firstValue(header))
                        .as("%s: %s", operation.id(), header)
                        .isPresent();
            }
            if (response.statusCode() == 204) {
                assertThat(response.body()).isEmpty();
                return new Reply(204, body, response);
            }
            ContractSchema schema = contract.response(operation, response.statusCode(), type);
            assertThat(schema)
                    .as("%s answered %d with %s", operation.id(), response.statusCode(), type)
                    .isNotNull();
            assertThat(schema.misfits(body))
                    .as("%s answered %s", operation.id(), response.body())
                    .isEmpty();
        } else {
            assertThat(response.statusCode()).as(method + " " + path).isIn(400, 404, 405, 414);
        }
        if (response.statusCode() >= 400 && !method.equals("HEAD")) {
            assertThat(type).as(response.body()).isEqualTo("application/problem+json");
            assertThat(response.body()).doesNotContain("Exception", "\tat ", "secret");
        }
        return new Reply(response.statusCode(), body, response);
    }
}
