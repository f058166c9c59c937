package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds a port for the server on the loopback address, below those that systems give to outgoing connections: in that range a
 * client that retries a stopped server's port can be given this very port for itself and keep the server out. That a port is
 * free is only a hint; somebody may take it before the server does.
 */
final class LoopbackPort {
    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;
    private static final int ATTEMPTS_MAX = 100;

    private LoopbackPort() {}

    static int anyFree() {
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            int candidate = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
            if (isFree(candidate)) {
                return candidate;
            }
        }
        throw new EmbeddedPostgresException(
                Reason.PORT_TAKEN,
                "No free port between %d and %d was found on 127.0.0.1. Name one in the settings."
                        .formatted(FIRST, FIRST + COUNT - 1));
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As PostgreSQL does: what an earlier server's connections left behind is no obstacle.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
