package dev.capocomico.http.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys as they were published together, with what checks signatures by each. Those of kinds that no token may be signed with are left out. */
final class KeySet {
    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);

    private final JWKSet keys;
    private final IdentityHashMap<JWK, JWSVerifier> verifiers = new IdentityHashMap<>();

    private KeySet(JWKSet keys) {
        this.keys = keys;
    }

    static KeySet of(JWKSet published) {
        KeySet set = new KeySet(published);
        for (JWK key : published.getKeys()) {
            try {
                if (key instanceof RSAKey rsa) {
                    set.verifiers.put(key, new RSASSAVerifier(rsa.toRSAPublicKey()));
                } else if (key instanceof ECKey ec) {
                    set.verifiers.put(key, new ECDSAVerifier(ec.toECPublicKey()));
                }
            } catch (JOSEException e) {
                LOG.debug("a published key cannot be used: {}", e.toString());
            }
        }
        return set;
    }

    List<JWSVerifier> select(JWKSelector selector) {
        List<JWSVerifier> selected = new ArrayList<>();
        for (JWK key : selector.select(keys)) {
            JWSVerifier verifier = verifiers.get(key);
            if (verifier != null) {
                selected.add(verifier);
            }
        }
        return List.copyOf(selected);
    }
}
