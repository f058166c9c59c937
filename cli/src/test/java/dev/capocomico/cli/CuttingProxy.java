package dev.capocomico.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a server and cuts connections at random bytes of what the server says: each on which a stream was asked for, and of
 * the others, once there was a first stream, some.
 */
final class CuttingProxy implements AutoCloseable {
    private static final int STREAM_BYTES_MAX = 6_000;
    private static final int OTHER_BYTES_MAX = 1_500;

    private final ServerSocket socket;
    private final URI server;
    private final SplittableRandom random;
    private final AtomicBoolean streamed = new AtomicBoolean();
    private final AtomicInteger cuts = new AtomicInteger();

    CuttingProxy(URI server, long seed) throws IOException {
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.server = server;
        this.random = new SplittableRandom(seed);
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Connection connection =
                        new Connection(client, new Socket(server.getHost(), server.getPort()), random.split());
                Thread.ofVirtual().start(connection::ask);
                Thread.ofVirtual().start(connection::answer);
            } catch (IOException e) {
                // It is closed, or the server is.
            }
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket server;
        private final int streamBudget;
        private final int otherBudget;
        private volatile boolean stream;

        Connection(Socket client, Socket server, SplittableRandom random) {
            this.client = client;
            this.server = server;
            this.streamBudget = random.nextInt(1, STREAM_BYTES_MAX);
            this.otherBudget =
                    random.nextInt(4) > 0 || !streamed.get() ? Integer.MAX_VALUE : random.nextInt(1, OTHER_BYTES_MAX);
        }

        void ask() {
            byte[] bytes = new byte[8192];
            try (client;
                    server) {
                InputStream in = client.getInputStream();
                for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                    if (new String(bytes, 0, count, StandardCharsets.ISO_8859_1).contains("/stream HTTP")) {
                        stream = true;
                        streamed.set(true);
                    }
                    server.getOutputStream().write(bytes, 0, count);
                }
            } catch (IOException e) {
                // Cut.
            }
        }

        void answer() {
            byte[] bytes = new byte[8192];
            int said = 0;
            try (client;
                    server) {
                InputStream in = server.getInputStream();
                OutputStream out = client.getOutputStream();
                for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                    int left = (stream ? streamBudget : otherBudget) - said;
                    out.write(bytes, 0, Math.clamp(left, 0, count));
                    said += count;
                    if (count >= left) {
                        cuts.incrementAndGet();
                        return;
                    }
                }
            } catch (IOException e) {
                // The client has gone.
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
