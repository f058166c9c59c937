package dev.capocomico.http;

import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.load.LoadLimits;
import java.time.Duration;

/**
 * Where and how the server listens.
 *
 * @param host the address to bind; a loopback address where nobody else should reach it
 * @param port 0 takes a free one
 * @param connectionsMax further ones wait to be accepted
 * @param watchersMax of those connections, how many may be streams; the others are left for calls
 * @param bodyTimeout how long a request's body may take to arrive
 * @param idleTimeout after which a connection is closed on which nothing moves, or no request has come whole
 * @param answerTimeout after which a caller is told that nothing is known
 * @param limits what tenants may take of the server
 */
public record HttpSettings(
        String host,
        int port,
        AccessSettings access,
        int connectionsMax,
        int watchersMax,
        Duration bodyTimeout,
        Duration idleTimeout,
        Duration answerTimeout,
        LoadLimits limits) {
    /** The address of a request, with its query. */
    public static final int URI_LENGTH_MAX = 4 * 1024;

    public static final int HEADERS_MAX = 64;
    public static final int HEADER_LENGTH_MAX = 8 * 1024 + 256;

    /** All bounds as they are by default. */
    public static HttpSettings of(String host, int port, AccessSettings access) {
        return new HttpSettings(
                host,
                port,
                access,
                4_096,
                3_000,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Duration.ofSeconds(25),
                LoadLimits.DEFAULT);
    }

    /** The same with other limits. */
    public HttpSettings with(LoadLimits others) {
        return new HttpSettings(
                host, port, access, connectionsMax, watchersMax, bodyTimeout, idleTimeout, answerTimeout, others);
    }
}
