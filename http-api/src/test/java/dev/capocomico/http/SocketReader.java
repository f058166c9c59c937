package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the WebSocket. Waits for a message or the end for twenty seconds, and then fails. */
final class SocketReader implements WebSocket.Listener {
    private static final int PATIENCE_SECONDS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One for all: each has threads of its own. */
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();
    private WebSocket socket;

    record Closed(int code, String reason) {}

    private SocketReader() {}

    static SocketReader open(InetSocketAddress server, String token, String path) throws Exception {
        SocketReader reader = new SocketReader();
        reader.socket = CLIENT.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create("ws://127.0.0.1:" + server.getPort() + path), reader)
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return reader;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        part.append(text);
        if (last) {
            try {
                messages.add(JSON.readTree(part.toString()));
            } catch (IOException e) {
                closed.completeExceptionally(e);
            }
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(new Closed(code, reason));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.completeExceptionally(failure);
    }

    JsonNode next() throws InterruptedException {
        JsonNode message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(message)
                .as("no message came within %d s; the socket: %s", PATIENCE_SECONDS, closed)
                .isNotNull();
        return message;
    }

    /** Whether all that came has been taken. */
    boolean isEmpty() {
        return messages.isEmpty();
    }

    Closed closed() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Without a word, as a connection ends that is cut. */
    void cut() {
        socket.abort();
    }
}
