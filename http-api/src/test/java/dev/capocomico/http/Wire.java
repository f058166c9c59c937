package dev.capocomico.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A connection without a client: bytes as they are. Text is of ISO 8859-1, a byte for each character. */
final class Wire {
    private final int port;
    private final String token;

    Wire(InetSocketAddress address, String token) {
        this.port = address.getPort();
        this.token = token;
    }

    Socket open() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Sends, and reads until the server closes; it fails if the server leaves the connection open. */
    String raw(String text) throws IOException {
        return raw(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    String raw(byte[] bytes) throws IOException {
        try (Socket socket = open()) {
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                // It has seen enough, and answered.
            }
            return read(socket.getInputStream());
        }
    }

    static String read(InputStream in) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                answer.write(b);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection stays open: " + answer, e);
        } catch (IOException e) {
            // Reset, after what was read.
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    String get(String path) {
        return request("GET", path, "Connection: close\r\n", "");
    }

    /** A body of JSON; of its length the headers speak. */
    String post(String path, String headers, String body) {
        return request("POST", path, "Content-Type: application/json\r\n" + headers, body);
    }

    String request(String method, String path, String headers, String body) {
        return "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n%s"
                .formatted(method, path, token, headers, body);
    }
}
