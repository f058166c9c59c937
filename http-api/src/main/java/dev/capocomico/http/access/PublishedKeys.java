package dev.capocomico.http.access;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that an identity provider publishes: kept for a while, read again when a token names one that is not among them (so a
 * rotated key works at once), but not so often that tokens with made-up names become a burden to the provider. One reads for all who
 * wait. Keys that cannot be read again stay good for as long as they were. Methods may wait for the provider. Thread-safe.
 */
final class PublishedKeys {
    /** For a provider that does not answer, or not with keys. */
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(PublishedKeys.class);

    private final KeyReader reader;
    private final InstantSource clock;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile State state = new State(null, Instant.MIN, 0, Instant.MIN, Instant.MIN, false);

    PublishedKeys(AccessSettings.Jwks settings, InstantSource clock) {
        this(new KeyReader(settings.url(), AccessSettings.Jwks.FETCH_TIMEOUT), clock);
    }

    PublishedKeys(KeyReader reader, InstantSource clock) {
        this.reader = reader;
        this.clock = clock;
    }

    /** What came of looking for a key. */
    sealed interface Found {
        /** Those that may have signed; empty when the provider has no such key. */
        record Verifiers(List<JWSVerifier> verifiers) implements Found {}

        record Away(String reason) implements Found {}
    }

    /**
     * What is known.
     *
     * @param keys null until they were read once
     * @param keptSince when they were read
     * @param readings how often it was tried
     * @param lastReading when that was
     * @param readingBefore when it was tried before that
     * @param failed whether the last time came to nothing
     */
    private record State(
            @Nullable KeySet keys,
            Instant keptSince,
            long readings,
            Instant lastReading,
            Instant readingBefore,
            boolean failed) {
        boolean isFresh(Instant now) {
            return keys != null && now.isBefore(keptSince.plus(AccessSettings.Jwks.CACHED_FOR));
        }

        /** Fresh, or not much older with nobody to ask. */
        boolean isGood(Instant now) {
            return keys != null && now.isBefore(keptSince.plus(AccessSettings.Jwks.CACHED_FOR.multipliedBy(2)));
        }

        boolean pauses(Instant now) {
            return failed && now.isBefore(lastReading.plus(PAUSE_AFTER_FAILURE));
        }

        /** Twice in a while, so that a key is found at once that appears right after the keys were read. */
        boolean mayBeAskedForNews(Instant now) {
            return readings < 2 || !now.isBefore(readingBefore.plus(AccessSettings.Jwks.READ_AGAIN_AFTER));
        }
    }

    Found find(JWSHeader header) {
        JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
        if (matcher == null) {
            return new Found.Verifiers(List.of());
        }
        Instant now = clock.instant();
        State seen = state;
        if (!seen.isFresh(now) && !seen.pauses(now)) {
            seen = readAgain(seen, seen.isGood(now));
        }
        List<JWSVerifier> found = select(seen, matcher, now);
        if (found.isEmpty() && seen.isGood(now) && !seen.pauses(now) && seen.mayBeAskedForNews(now)) {
            seen = readAgain(seen, false);
            found = select(seen, matcher, now);
        }
        // A name that is not known may be that of a key which would be there if it could be asked for.
        boolean unsure = !seen.isGood(now) || (found.isEmpty() && seen.failed());
        return unsure
                ? new Found.Away("the keys that tokens are checked with cannot be read now")
                : new Found.Verifiers(found);
    }

    private static List<JWSVerifier> select(State state, JWKMatcher matcher, Instant now) {
        KeySet keys = state.keys();
        return keys == null || !state.isGood(now) ? List.of() : keys.select(new JWKSelector(matcher));
    }

    /**
     * What is known after the keys were read once more, by this caller or another.
     *
     * @param enough whether what is known will do while somebody else reads
     */
    private State readAgain(State seen, boolean enough) {
        try {
            if (!(enough ? reading.tryLock() : reading.tryLock(reader.atMost().toMillis(), TimeUnit.MILLISECONDS))) {
                return state;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return state;
        }
        try {
            if (state.readings() == seen.readings()) {
                state = read(seen);
            }
            return state;
        } finally {
            reading.unlock();
        }
    }

    private State read(State before) {
        Instant begin = clock.instant();
        try {
            KeySet keys = reader.read();
            if (before.failed()) {
                LOG.info("the keys at {} can be read again", reader.address());
            }
            return new State(keys, begin, before.readings() + 1, begin, before.lastReading(), false);
        } catch (IOException e) {
            if (!before.failed()) {
                LOG.warn("the keys at {} cannot be read, and will be tried again: {}", reader.address(), e.toString());
            }
            return new State(
                    before.keys(), before.keptSince(), before.readings() + 1, begin, before.lastReading(), true);
        }
    }
}
