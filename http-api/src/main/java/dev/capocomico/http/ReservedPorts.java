package dev.capocomico.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports of a server that is about to start, kept from other programs meanwhile: that one of them is taken is noticed before anything
 * else has been started. Whoever connects before the server listens is refused when it does.
 */
public final class ReservedPorts implements AutoCloseable {
    private final List<ServerSocket> sockets = new ArrayList<>();

    private ReservedPorts() {}

    /**
     * Takes the ports that have a number; a free one, with number 0, need not be kept.
     *
     * @throws CannotListenException if one cannot be had
     */
    public static ReservedPorts of(HttpSettings settings, Doors doors) {
        ReservedPorts reserved = new ReservedPorts();
        try {
            reserved.add(settings.host(), settings.port());
            Doors.Management management = doors.management();
            if (management != null) {
                reserved.add(management.host(), management.port());
            }
            return reserved;
        } catch (CannotListenException e) {
            reserved.close();
            throw e;
        }
    }

    private void add(String host, int port) {
        if (port == 0) {
            return;
        }
        try {
            ServerSocket socket = new ServerSocket();
            sockets.add(socket);
            socket.bind(new InetSocketAddress(host, port), 1);
        } catch (IOException e) {
            throw new CannotListenException(host, port, e);
        }
    }

    /** Lets the server have them. */
    @Override
    public void close() {
        for (ServerSocket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // The server will say that it cannot have the port.
            }
        }
        sockets.clear();
    }
}
