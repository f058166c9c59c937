package dev.capocomico.http.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;

/** Signs tokens of the kind that {@link Tokens} takes, for those who have no identity provider yet. */
public final class TokenSigner {
    private final AccessSettings.SharedSecret secret;

    public TokenSigner(AccessSettings.SharedSecret secret) {
        this.secret = secret;
    }

    /**
     * A token.
     *
     * @param caller who may show it; whoever has it, has all that the roles allow
     * @param until when it has expired, give or take {@link AccessSettings#CLOCK_SKEW}
     */
    @SuppressWarnings("JavaUtilDate") // the library's
    public String sign(Caller caller, Instant until) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .subject(caller.subject())
                .issuer(secret.claims().issuer())
                .audience(secret.claims().audience())
                .claim("tenant", caller.tenant())
                .claim(
                        "roles",
                        caller.roles().stream().map(Role::wireName).sorted().toList())
                .expirationTime(Date.from(until));
        if (caller.scopes().narrow()) {
            claims.claim(
                    "scopes",
                    caller.scopes().list().stream().map(Scope::toString).toList());
        }
        try {
            SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
            token.sign(new MACSigner(secret.secret()));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("a secret that is long enough signs nothing", e);
        }
    }
}
