package dev.capocomico.http;

import dev.capocomico.http.audit.TrustedProxies;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How the server is reached beyond its address.
 *
 * @param tls when not null, calls come over TLS with this certificate, and in no other way
 * @param management when not null, what operators' machines ask is answered here too, without a token and without TLS, and figures
 *     are given here alone: an address that only they reach
 * @param proxies who stands before it, and is believed when it says for whom it asks
 */
public record Doors(@Nullable SSLContext tls, @Nullable Management management, TrustedProxies proxies) {
    /** Plain HTTP, and one address for everything. */
    public static final Doors PLAIN = new Doors(null, null);

    /** Where nobody stands before it whose word is taken. */
    public Doors(@Nullable SSLContext tls, @Nullable Management management) {
        this(tls, management, TrustedProxies.NONE);
    }

    /** The operations that the management address answers; the contract need not have all of them. */
    static final Set<String> MANAGEMENT = Set.of("health", "ready", "metrics");

    /** And those of them that are answered nowhere else when there is one. */
    static final Set<String> PRIVATE = Set.of("metrics");

    /** An address for machines; the port 0 takes a free one. */
    public record Management(String host, int port) {}
}
