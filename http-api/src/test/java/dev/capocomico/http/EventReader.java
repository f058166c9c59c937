package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of server-sent events, on a connection of its own that can be cut at any byte. Waits for an event for twenty seconds,
 * whatever heartbeats come, and then fails with words.
 */
final class EventReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Socket socket;
    private final BufferedReader lines;
    private final List<String> comments = new ArrayList<>();
    private @Nullable String last;

    record Event(String id, String event, JsonNode data) {}

    EventReader(InetSocketAddress server, String token, String path, @Nullable String lastEventId) throws IOException {
        this(server, token, path, lastEventId, 0);
    }

    EventReader(
            InetSocketAddress server, String token, String path, @Nullable String lastEventId, int receiveBufferBytes)
            throws IOException {
        last = lastEventId;
        socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        // HTTP/1.0, so that there are no chunks to be put together.
        String head = "GET %s HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n"
                .formatted(path, token, lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n");
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        assertThat(lines.readLine()).contains(" 200 ");
        String line = lines.readLine();
        while (!line.isEmpty()) {
            line = lines.readLine();
        }
    }

    /** Null at the end of the stream. */
    @Nullable Event next() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String id = null;
        String event = null;
        JsonNode data = null;
        for (String line = line(); line != null; line = line()) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = JSON.readTree(line.substring(6));
            } else if (line.startsWith(": ")) {
                comments.add(line.substring(2));
            } else if (line.isEmpty() && data != null) {
                last = id;
                return new Event(id, event, data);
            }
            if (System.nanoTime() > deadline) {
                throw nothingCame(null);
            }
        }
        return null;
    }

    private @Nullable String line() throws IOException {
        try {
            return lines.readLine();
        } catch (SocketTimeoutException e) {
            throw nothingCame(e);
        }
    }

    private AssertionError nothingCame(@Nullable Exception cause) {
        return new AssertionError("no event came within %s after that with id %s".formatted(PATIENCE, last), cause);
    }

    /** All that comes until the end of the stream. */
    List<Event> rest() throws IOException {
        List<Event> events = new ArrayList<>();
        for (Event event = next(); event != null; event = next()) {
            events.add(event);
        }
        return events;
    }

    /** What was said beside events; heartbeats say nothing. */
    List<String> comments() {
        return comments;
    }

    @Override
    public void close() throws IOException {
        // Without a word, as a connection ends that is cut.
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
