package dev.capocomico.http.access;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
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

    /** Tokens signed with HS256 and this secret, and with nothing else. */
    @SuppressWarnings("ArrayRecordComponent") // a secret is compared by nobody
    record SharedSecret(byte[] secret) implements AccessSettings {
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
            return new SharedSecret(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Without the secret: this may be logged. */
        @Override
        public String toString() {
            return "a shared secret";
        }
    }

    /**
     * Tokens signed with RS256 or ES256 by a key that is published at this address, and with nothing else.
     *
     * @param issuer when not null, only tokens with this {@code iss} are taken
     * @param audience when not null, only tokens that name it in {@code aud} are taken. Say it where other services trust the
     *     same keys
     */
    record Jwks(URI url, @Nullable String issuer, @Nullable String audience) implements AccessSettings {
        /** Older keys are read again; those that cannot be are good for as long once more. */
        public static final Duration CACHED_FOR = Duration.ofMinutes(15);

        /** An unknown key's name makes the keys be read again, but not more than twice in this time. */
        public static final Duration READ_AGAIN_AFTER = Duration.ofSeconds(30);

        public static final Duration FETCH_TIMEOUT = Duration.ofSeconds(5);
        public static final int FETCH_BYTES_MAX = 256 * 1024;

        public Jwks {
            if (!Set.of("https", "http").contains(String.valueOf(url.getScheme()))) {
                throw new IllegalArgumentException("keys are read from an http or https address, not from " + url);
            }
        }
    }
}
