package dev.capocomico.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Somebody who speaks HTTP badly on purpose: one request for each connection, answered by a script, which may end it anywhere. */
public final class ScriptedServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Script script;
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** Answers the request; the connection is closed when it returns. */
    public interface Script {
        void answer(Request request, OutputStream out) throws Exception;
    }

    /**
     * What was asked.
     *
     * @param number from 0
     */
    public record Request(int number, String path, Optional<String> lastEventId, long nanos) {}

    public ScriptedServer(Script script) throws IOException {
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                // It is closed.
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            List<String> lines = head(connection.getInputStream()).lines().toList();
            Optional<String> last = lines.stream()
                    .filter(line -> line.startsWith("Last-Event-ID: "))
                    .map(line -> line.substring(15))
                    .findFirst();
            Request request;
            synchronized (requests) {
                request = new Request(requests.size(), lines.getFirst().split(" ", 3)[1], last, System.nanoTime());
                requests.add(request);
            }
            script.answer(request, connection.getOutputStream());
        } catch (Exception e) {
            // Whoever asked has gone.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the request was cut off");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    public static void json(OutputStream out, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        write(
                out,
                "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                        .formatted(status, bytes.length));
        out.write(bytes);
    }

    public static void problem(OutputStream out, int status, String code, String detail) throws IOException {
        json(
                out,
                status,
                "{\"title\": \"x\", \"status\": %d, \"code\": \"%s\", \"detail\": \"%s\"}"
                        .formatted(status, code, detail));
    }

    public static void nothingToCome(OutputStream out) throws IOException {
        write(out, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    }

    /** Of a stream of events; pieces follow. */
    public static void begin(OutputStream out) throws IOException {
        write(
                out,
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=UTF-8\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    public static String chunk(String text) {
        return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n";
    }

    public static void piece(OutputStream out, String text) throws IOException {
        write(out, chunk(text));
    }

    /** In order; without it the connection was cut. */
    public static void end(OutputStream out) throws IOException {
        write(out, "0\r\n\r\n");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
