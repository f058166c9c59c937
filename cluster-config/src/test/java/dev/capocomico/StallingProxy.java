package dev.capocomico;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a program and a server on this machine, and can lose every byte on the way without closing a connection, or close all
 * connections that are open.
 */
final class StallingProxy implements Closeable {
    private final ServerSocket entrance;
    private final int serverPort;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stalled;

    StallingProxy(int serverPort) throws IOException {
        this.serverPort = serverPort;
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open.add(entrance);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** From now on nothing arrives, in either direction; what was on its way then is lost for good. */
    void stall() {
        stalled = true;
    }

    /** Connections from now on work. Those from before are as dead as they were, and nobody was told. */
    void resume() {
        stalled = false;
    }

    /** Closes all connections; those from now on work. */
    void cut() throws IOException {
        for (Closeable one : Set.copyOf(open)) {
            if (!one.equals(entrance) && open.remove(one)) {
                one.close();
            }
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = entrance.accept();
                open.add(client);
                if (!stalled) {
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                    open.add(server);
                    boolean[] dead = new boolean[1];
                    Thread.ofVirtual().start(() -> copy(client, server, dead));
                    Thread.ofVirtual().start(() -> copy(server, client, dead));
                }
            }
        } catch (IOException e) {
            // The end of the test, or of a connection.
        }
    }

    private void copy(Socket from, Socket to, boolean[] dead) {
        byte[] bytes = new byte[8_192];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                dead[0] |= stalled;
                if (!dead[0]) {
                    out.write(bytes, 0, length);
                    out.flush();
                }
            }
        } catch (IOException e) {
            // One of them is gone; so is the other, with the streams.
        }
    }

    @Override
    public void close() throws IOException {
        for (Closeable one : open) {
            one.close();
        }
    }
}
