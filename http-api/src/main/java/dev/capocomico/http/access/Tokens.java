package dev.capocomico.http.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at tokens. A token names its algorithm, but does not choose it: what was configured does, so neither {@code none} nor a
 * public key used as a secret gets through. Thread-safe.
 */
public final class Tokens {
    /** Longer ones are not looked at. */
    public static final int LENGTH_MAX = 8 * 1024;

    private static final int SUBJECT_LENGTH_MAX = 200;
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,39}");
    private static final Set<JWSAlgorithm> PUBLIC_KEY = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

    private final AccessSettings settings;
    private final @Nullable PublishedKeys keys;
    private final InstantSource clock;
    private final Executor waiting;

    /**
     * Looks at tokens as the settings say.
     *
     * @param waiting threads that may wait for another server
     */
    public Tokens(AccessSettings settings, InstantSource clock, Executor waiting) {
        this(
                settings,
                settings instanceof AccessSettings.Jwks jwks ? new PublishedKeys(jwks, clock) : null,
                clock,
                waiting);
    }

    Tokens(AccessSettings settings, @Nullable PublishedKeys keys, InstantSource clock, Executor waiting) {
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
        this.waiting = waiting;
    }

    /**
     * Says who calls.
     *
     * @param token null when the request has none
     */
    public CompletionStage<Verdict> look(@Nullable String token) {
        return switch (settings) {
            case AccessSettings.Insecure insecure -> done(everybody(insecure));
            case AccessSettings.SharedSecret secret -> done(token == null ? missing() : signedWith(secret, token));
            case AccessSettings.Jwks jwks ->
                token == null
                        ? done(missing())
                        : CompletableFuture.supplyAsync(() -> signedByPublished(jwks, token), waiting);
        };
    }

    private static CompletionStage<Verdict> done(Verdict verdict) {
        return CompletableFuture.completedFuture(verdict);
    }

    private static Verdict everybody(AccessSettings.Insecure insecure) {
        return new Verdict.Known(
                new Caller(insecure.tenant(), "anonymous", Set.of(Role.ADMIN, Role.AGENT)), Instant.MAX);
    }

    private static Verdict missing() {
        return rejected("send a token, as Authorization: Bearer TOKEN");
    }

    private Verdict signedWith(AccessSettings.SharedSecret secret, String token) {
        try {
            SignedJWT jwt = parse(token);
            if (!JWSAlgorithm.HS256.equals(jwt.getHeader().getAlgorithm())) {
                return rejected("the token is not signed with HS256");
            }
            return jwt.verify(new MACVerifier(secret.secret()))
                    ? claims(jwt, secret.claims())
                    : rejected("the token's signature is wrong");
        } catch (ParseException | JOSEException e) {
            return rejected("the token cannot be read");
        }
    }

    private Verdict signedByPublished(AccessSettings.Jwks jwks, String token) {
        try {
            SignedJWT jwt = parse(token);
            if (!PUBLIC_KEY.contains(jwt.getHeader().getAlgorithm())) {
                return rejected("the token is not signed with RS256 or ES256");
            }
            if (keys == null) {
                throw new IllegalStateException("no published keys, though the settings name them");
            }
            return switch (keys.find(jwt.getHeader())) {
                case PublishedKeys.Found.Away away -> new Verdict.Unsure(away.reason());
                case PublishedKeys.Found.Verifiers found -> {
                    for (var verifier : found.verifiers()) {
                        if (jwt.verify(verifier)) {
                            yield claims(jwt, jwks.claims());
                        }
                    }
                    yield rejected(
                            found.verifiers().isEmpty()
                                    ? "no published key has the name that the token gives"
                                    : "the token's signature is wrong");
                }
            };
        } catch (ParseException | JOSEException e) {
            return rejected("the token cannot be read");
        }
    }

    private static SignedJWT parse(String token) throws ParseException {
        if (token.length() > LENGTH_MAX) {
            throw new ParseException("longer than " + LENGTH_MAX, LENGTH_MAX);
        }
        return SignedJWT.parse(token);
    }

    private Verdict claims(SignedJWT jwt, AccessSettings.Claims required) throws ParseException {
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        if (claims.getExpirationTime() == null) {
            return rejected("the token's claim \"exp\" does not say until when it is good");
        }
        Instant until = claims.getExpirationTime().toInstant().plus(AccessSettings.CLOCK_SKEW);
        String time = complaintAboutTime(claims, until);
        if (time != null) {
            return rejected(time);
        }
        if (required.issuer() != null && !required.issuer().equals(claims.getIssuer())) {
            return rejected("the token is from another issuer");
        }
        if (required.audience() != null && !claims.getAudience().contains(required.audience())) {
            return rejected("the token is for another audience");
        }
        String tenant = claims.getStringClaim("tenant");
        if (tenant == null || !isTenant(tenant)) {
            return rejected("the token's claim \"tenant\" names no tenant");
        }
        String subject = claims.getSubject();
        if (subject == null || !isSubject(subject)) {
            return rejected("the token's claim \"sub\" does not say who calls");
        }
        Scopes scopes;
        try {
            scopes = scopes(claims);
        } catch (ParseException e) {
            return rejected("the token's claim \"scopes\" is no list of at most %d texts".formatted(Scopes.COUNT_MAX));
        }
        return new Verdict.Known(new Caller(tenant, subject, roles(claims), scopes), until);
    }

    /** Whether a tenant may be called that. */
    public static boolean isTenant(String name) {
        return TENANT.matcher(name).matches();
    }

    /** Whether who calls may be called that. */
    public static boolean isSubject(String name) {
        return !name.isBlank() && name.length() <= SUBJECT_LENGTH_MAX;
    }

    private @Nullable String complaintAboutTime(JWTClaimsSet claims, Instant until) {
        Instant now = clock.instant();
        if (!until.isAfter(now)) {
            return "the token has expired";
        }
        if (claims.getNotBeforeTime() != null
                && claims.getNotBeforeTime()
                        .toInstant()
                        .minus(AccessSettings.CLOCK_SKEW)
                        .isAfter(now)) {
            return "the token is not good yet";
        }
        return null;
    }

    /** Words that are no roles are other services' business. */
    private static Set<Role> roles(JWTClaimsSet claims) throws ParseException {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        List<String> said = claims.getClaim("roles") == null ? List.of() : claims.getStringListClaim("roles");
        said.forEach(word -> Role.named(word).ifPresent(roles::add));
        String one = claims.getStringClaim("role");
        if (one != null) {
            Role.named(one).ifPresent(roles::add);
        }
        return roles;
    }

    /** Not the {@code scope} that providers fill with words of their own: a claim that is there narrows. */
    private static Scopes scopes(JWTClaimsSet claims) throws ParseException {
        Object said = claims.getClaim("scopes");
        if (said == null) {
            if (claims.getClaims().containsKey("scopes")) {
                throw new ParseException("null", 0);
            }
            return Scopes.ALL;
        }
        List<String> words = said instanceof String text
                ? Arrays.stream(BLANKS.split(text.strip()))
                        .filter(word -> !word.isEmpty())
                        .toList()
                : claims.getStringListClaim("scopes");
        if (words.size() > Scopes.COUNT_MAX || words.contains(null)) {
            throw new ParseException("too many", 0);
        }
        return Scopes.of(words);
    }

    private static Verdict rejected(String reason) {
        return new Verdict.Rejected(reason);
    }
}
