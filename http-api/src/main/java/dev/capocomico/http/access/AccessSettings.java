package dev.capocomico.http.access;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How callers are known. */
public sealed interface AccessSettings {
    /** A token may be so much younger or older than it says, because clocks differ. */
    Duration CLOCK_SKEW = Duration.ofSeconds(60);

    /**
     * Everybody may do everything, as one tenant. Only for a server that nobody else can reach: it starts on a loopback
     * address and on no other.
     */
    record Insecure(String tenant) implements AccessSettings {}

    /**
     * For whom a token has to be, besides being signed.
     *
     * @param issuer when not null, only tokens with this {@code iss} are taken
     * @param audience when not null, only tokens that name it in {@code aud} are taken. Say it where other services trust the
     *     same keys
     */
    record Claims(@Nullable String issuer, @Nullable String audience) {
        /** Whoever has the key may sign for whomever he likes. */
        public static final Claims ANY = new Claims(null, null);
    }

    /** The same, taking only tokens with these claims; what everybody may do without a token is asked for none. */
    default AccessSettings requiring(Claims claims) {
        return switch (this) {
            case Insecure insecure -> insecure;
            case SharedSecret shared -> new SharedSecret(shared.secret(), claims);
            case Jwks jwks -> new Jwks(jwks.url(), claims);
        };
    }

    /** Tokens signed with HS256 and this secret, and with nothing else. */
    @SuppressWarnings("ArrayRecordComponent") // a secret is compared by nobody
    record SharedSecret(byte[] secret, Claims claims) implements AccessSettings {
        /** A shorter one could be guessed from a token; RFC 7518 §3.2. */
        public static final int BYTES_MIN = 32;

        public SharedSecret {
            secret = secret.clone();
            if (secret.length < BYTES_MIN) {
                throw new IllegalArgumentException(
                        "the secret has %d bytes; HS256 needs %d at least".formatted(secret.length, BYTES_MIN));
            }
        }

        public static SharedSecret of(String text) {
            return of(text, Claims.ANY);
        }

        public static SharedSecret of(String text, Claims claims) {
            return new SharedSecret(text.getBytes(StandardCharsets.UTF_8), claims);
        }

        /** Without the secret: this may be logged. */
        @Override
        public String toString() {
            return "a shared secret";
        }
    }

    /**
     * Tokens signed with RS256 or ES256 by a key that is published at this address, and with nothing else. Whoever can change what is
     * read there can sign tokens, so it is read over TLS, or from this machine.
     */
    record Jwks(URI url, Claims claims) implements AccessSettings {
        /** Older keys are read again; those that cannot be are good for as long once more. */
        public static final Duration CACHED_FOR = Duration.ofMinutes(15);

        /** An unknown key's name makes the keys be read again, but not more than twice in this time. */
        public static final Duration READ_AGAIN_AFTER = Duration.ofSeconds(30);

        public static final Duration FETCH_TIMEOUT = Duration.ofSeconds(5);
        public static final int FETCH_BYTES_MAX = 256 * 1024;

        /** Whether nobody on the way can put keys of their own there. */
        public static boolean isSafe(URI url) {
            String host = url.getHost();
            return host != null
                    && ("https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && Loopback.isName(host)));
        }

        public Jwks {
            if (!isSafe(url)) {
                throw new IllegalArgumentException(
                        "keys are read from an https address, or over http from this machine, not from " + url);
            }
        }
    }
}
