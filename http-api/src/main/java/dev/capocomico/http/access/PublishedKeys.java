package dev.capocomico.http.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.net.MalformedURLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys that an identity provider publishes: kept for a while, read again when a token names one that is not among them (so a
 * rotated key works at once), but not so often that tokens with made-up names become a burden to the provider. Keys that cannot
 * be read again stay good for as long as they were. Methods may wait for the provider.
 */
final class PublishedKeys {
    private final JWKSource<SecurityContext> source;

    PublishedKeys(AccessSettings.Jwks settings) {
        int timeout = (int) AccessSettings.Jwks.FETCH_TIMEOUT.toMillis();
        DefaultResourceRetriever retriever =
                new DefaultResourceRetriever(timeout, timeout, AccessSettings.Jwks.FETCH_BYTES_MAX);
        try {
            this.source = JWKSourceBuilder.<SecurityContext>create(
                            settings.url().toURL(), retriever)
                    .cache(AccessSettings.Jwks.CACHED_FOR.toMillis(), 2L * timeout)
                    .rateLimited(AccessSettings.Jwks.READ_AGAIN_AFTER.toMillis())
                    .refreshAheadCache(false)
                    .outageTolerant(AccessSettings.Jwks.CACHED_FOR.toMillis())
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("keys cannot be read from " + settings.url(), e);
        }
    }

    /** What came of looking for a key. */
    sealed interface Found {
        /** Those that may have signed; empty when the provider has no such key. */
        record Verifiers(List<JWSVerifier> verifiers) implements Found {}

        record Away(String reason) implements Found {}
    }

    Found find(JWSHeader header) {
        try {
            List<JWSVerifier> verifiers = new ArrayList<>();
            JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
            if (matcher == null) {
                return new Found.Verifiers(List.of());
            }
            for (JWK key : source.get(new JWKSelector(matcher), null)) {
                verifiers.add(verifier(key));
            }
            return new Found.Verifiers(List.copyOf(verifiers));
        } catch (com.nimbusds.jose.jwk.source.RateLimitReachedException e) {
            return new Found.Verifiers(List.of());
        } catch (com.nimbusds.jose.KeySourceException e) {
            return new Found.Away("the keys that tokens are checked with cannot be read now");
        } catch (JOSEException e) {
            return new Found.Verifiers(List.of());
        }
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException {
        return switch (key) {
            case RSAKey rsa -> new RSASSAVerifier(rsa.toRSAPublicKey());
            case ECKey ec -> new ECDSAVerifier(ec.toECPublicKey());
            default -> throw new JOSEException("keys of type " + key.getKeyType() + " sign no " + JWSAlgorithm.RS256);
        };
    }
}
