package dev.capocomico.http.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("JavaUtilDate") // the library's
class TokensTest {
    private static final byte[] SECRET = "thirty-two bytes are enough, and these are sixty-four, for stronger hashes"
            .getBytes(StandardCharsets.UTF_8);
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** Of {@link #claims}, with the skew of clocks. */
    private static final Instant UNTIL = NOW.plusSeconds(660);

    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile String published = "{\"keys\": []}";
    private volatile int status = 200;
    private HttpServer provider;

    @AfterEach
    void stop() {
        waiting.shutdownNow();
        if (provider != null) {
            provider.stop(0);
        }
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .subject("ann")
                .claim("tenant", "acme")
                .claim("roles", List.of("viewer", "cook"))
                .expirationTime(Date.from(NOW.plusSeconds(600)));
    }

    private static String sign(JWSAlgorithm algorithm, String keyId, JWSSigner signer, JWTClaimsSet.Builder claims)
            throws JOSEException {
        SignedJWT jwt =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims.build());
        jwt.sign(signer);
        return jwt.serialize();
    }

    private static String hs256(JWTClaimsSet.Builder claims) throws JOSEException {
        return sign(JWSAlgorithm.HS256, null, new MACSigner(SECRET), claims);
    }

    private Verdict look(AccessSettings settings, String token) {
        return look(new Tokens(settings, InstantSource.fixed(NOW), waiting), token);
    }

    private static Verdict look(Tokens tokens, String token) {
        return tokens.look(token).toCompletableFuture().join();
    }

    private Verdict secret(String token) {
        return look(new AccessSettings.SharedSecret(SECRET, AccessSettings.Claims.ANY), token);
    }

    private AccessSettings.Jwks provider() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/keys", exchange -> {
            fetches.incrementAndGet();
            byte[] body = published.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        provider.start();
        return new AccessSettings.Jwks(
                URI.create("http://127.0.0.1:" + provider.getAddress().getPort() + "/keys"), AccessSettings.Claims.ANY);
    }

    private void publish(JWK... keys) {
        published = new JWKSet(List.of(keys)).toString(true);
    }

    @Test
    void a_good_token_says_who_calls_for_which_tenant_with_which_roles() throws Exception {
        assertThat(secret(hs256(claims())))
                .isEqualTo(new Verdict.Known(new Caller("acme", "ann", Set.of(Role.VIEWER)), UNTIL));
        assertThat(secret(hs256(claims().claim("role", "admin"))))
                .isEqualTo(new Verdict.Known(new Caller("acme", "ann", Set.of(Role.VIEWER, Role.ADMIN)), UNTIL));
    }

    @Test
    void a_token_is_good_for_the_skew_of_clocks_longer_and_earlier_than_it_says() throws Exception {
        assertThat(secret(hs256(claims().expirationTime(Date.from(NOW.minusSeconds(59))))))
                .isInstanceOf(Verdict.Known.class);
        assertThat(secret(hs256(claims().expirationTime(Date.from(NOW.minusSeconds(60))))))
                .isEqualTo(new Verdict.Rejected("the token has expired"));
        assertThat(secret(hs256(claims().notBeforeTime(Date.from(NOW.plusSeconds(60))))))
                .isInstanceOf(Verdict.Known.class);
        assertThat(secret(hs256(claims().notBeforeTime(Date.from(NOW.plusSeconds(61))))))
                .isEqualTo(new Verdict.Rejected("the token is not good yet"));
    }

    @Test
    void a_token_that_lacks_something_or_has_it_in_a_wrong_form_is_refused() throws Exception {
        for (JWTClaimsSet.Builder claims : List.of(
                claims().expirationTime(null),
                claims().claim("tenant", null),
                claims().claim("tenant", "../other"),
                claims().claim("tenant", List.of("acme")),
                claims().subject(null),
                claims().subject(" "),
                claims().claim("roles", "admin"),
                claims().claim("roles", List.of(1)))) {
            assertThat(secret(hs256(claims))).isInstanceOf(Verdict.Rejected.class);
        }
    }

    @Test
    void what_is_no_token_or_signed_otherwise_is_refused() throws Exception {
        String good = hs256(claims());
        String[] parts = good.split("\\.", -1);
        String other = sign(JWSAlgorithm.HS256, null, new MACSigner(new byte[32]), claims());
        String stronger = sign(JWSAlgorithm.HS512, null, new MACSigner(SECRET), claims());
        for (String token : new String[] {
            null,
            "",
            "a.b",
            "a.b.c",
            good + "x",
            good.repeat(100),
            parts[0] + "." + parts[1] + ".",
            new PlainJWT(claims().build()).serialize(),
            other,
            stronger
        }) {
            assertThat(secret(token)).as(token).isInstanceOf(Verdict.Rejected.class);
        }
    }

    @Test
    void published_keys_of_both_kinds_are_used_and_fetched_once() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("r").generate();
        ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("e").generate();
        publish(rsa.toPublicJWK(), ec.toPublicJWK());
        Tokens tokens = new Tokens(provider(), InstantSource.fixed(NOW), waiting);
        for (int i = 0; i < 20; i++) {
            assertThat(look(tokens, sign(JWSAlgorithm.RS256, "r", new RSASSASigner(rsa), claims())))
                    .isInstanceOf(Verdict.Known.class);
            assertThat(look(tokens, sign(JWSAlgorithm.ES256, "e", new ECDSASigner(ec), claims())))
                    .isInstanceOf(Verdict.Known.class);
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void a_rotated_key_works_at_once_and_made_up_names_are_no_burden_to_the_provider() throws Exception {
        RSAKey old = new RSAKeyGenerator(2048).keyID("old").generate();
        RSAKey fresh = new RSAKeyGenerator(2048).keyID("fresh").generate();
        publish(old.toPublicJWK());
        Tokens tokens = new Tokens(provider(), InstantSource.fixed(NOW), waiting);
        assertThat(look(tokens, sign(JWSAlgorithm.RS256, "old", new RSASSASigner(old), claims())))
                .isInstanceOf(Verdict.Known.class);
        publish(fresh.toPublicJWK());
        assertThat(look(tokens, sign(JWSAlgorithm.RS256, "fresh", new RSASSASigner(fresh), claims())))
                .isInstanceOf(Verdict.Known.class);
        for (int i = 0; i < 50; i++) {
            assertThat(look(tokens, sign(JWSAlgorithm.RS256, "made-up-" + i, new RSASSASigner(fresh), claims())))
                    .isInstanceOf(Verdict.Rejected.class);
        }
        assertThat(fetches.get()).isLessThanOrEqualTo(4);
    }

    @Test
    void a_public_key_is_no_secret_and_another_key_of_the_same_name_no_key() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("r").generate();
        RSAKey thief = new RSAKeyGenerator(2048).keyID("r").generate();
        publish(rsa.toPublicJWK());
        Tokens tokens = new Tokens(provider(), InstantSource.fixed(NOW), waiting);
        byte[] asSecret = rsa.toRSAPublicKey().getEncoded();
        byte[] asPem = ("-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(asSecret)
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] asPublished = published.getBytes(StandardCharsets.UTF_8);
        for (String token : List.of(
                sign(JWSAlgorithm.HS256, "r", new MACSigner(asSecret), claims()),
                sign(JWSAlgorithm.HS256, "r", new MACSigner(asPem), claims()),
                sign(JWSAlgorithm.HS256, "r", new MACSigner(asPublished), claims()),
                sign(JWSAlgorithm.PS256, "r", new RSASSASigner(rsa), claims()),
                sign(JWSAlgorithm.RS256, "r", new RSASSASigner(thief), claims()),
                sign(JWSAlgorithm.RS512, "r", new RSASSASigner(rsa), claims()),
                new PlainJWT(claims().build()).serialize())) {
            assertThat(look(tokens, token)).isInstanceOf(Verdict.Rejected.class);
        }
    }

    @Test
    void a_token_of_another_issuer_or_for_another_audience_is_refused_where_they_are_said() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("r").generate();
        publish(rsa.toPublicJWK());
        AccessSettings settings = provider().requiring(new AccessSettings.Claims("https://id", "capo"));
        JWTClaimsSet.Builder right = claims().issuer("https://id").audience(List.of("x", "capo"));
        assertThat(look(settings, sign(JWSAlgorithm.RS256, "r", new RSASSASigner(rsa), right)))
                .isInstanceOf(Verdict.Known.class);
        for (JWTClaimsSet.Builder wrong : List.of(
                claims().issuer("https://id"),
                claims().issuer("https://id").audience("else"),
                claims().audience("capo"),
                claims().audience("capo").issuer("https://else"))) {
            assertThat(look(settings, sign(JWSAlgorithm.RS256, "r", new RSASSASigner(rsa), wrong)))
                    .isInstanceOf(Verdict.Rejected.class);
        }
    }

    @Test
    void issuer_and_audience_hold_for_a_shared_secret_too() throws Exception {
        AccessSettings.SharedSecret settings =
                new AccessSettings.SharedSecret(SECRET, new AccessSettings.Claims("https://id", "capo"));
        assertThat(look(settings, hs256(claims().issuer("https://id").audience("capo"))))
                .isInstanceOf(Verdict.Known.class);
        for (JWTClaimsSet.Builder wrong : List.of(
                claims(),
                claims().issuer("https://id"),
                claims().audience("capo"),
                claims().issuer("https://else").audience("capo"))) {
            assertThat(look(settings, hs256(wrong))).isInstanceOf(Verdict.Rejected.class);
        }
        String own =
                new TokenSigner(settings).sign(new Caller("acme", "ann", Set.of(Role.VIEWER)), NOW.plusSeconds(600));
        assertThat(look(settings, own)).isInstanceOf(Verdict.Known.class);
    }

    @Test
    void keys_that_somebody_on_the_way_could_replace_are_not_read() {
        for (String url : List.of(
                "http://id.example/keys",
                "http://127.0.0.1.example/keys",
                "http://localhost.example/keys",
                "http://127.0.0.1@id.example/keys",
                "ftp://127.0.0.1/keys",
                "http:/keys")) {
            assertThatIllegalArgumentException()
                    .as(url)
                    .isThrownBy(() -> new AccessSettings.Jwks(URI.create(url), AccessSettings.Claims.ANY));
        }
        for (String url : List.of(
                "https://id.example/keys", "http://localhost:1/keys", "http://127.0.0.2/keys", "http://[::1]:1/keys")) {
            assertThat(new AccessSettings.Jwks(URI.create(url), AccessSettings.Claims.ANY).url())
                    .hasToString(url);
        }
    }

    @Test
    void an_address_of_this_machine_cannot_send_the_reader_of_keys_elsewhere() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("r").generate();
        publish(rsa.toPublicJWK());
        AccessSettings.Jwks real = provider();
        provider.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", real.url().toString());
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        AccessSettings moved = new AccessSettings.Jwks(real.url().resolve("/moved"), AccessSettings.Claims.ANY);
        String token = sign(JWSAlgorithm.RS256, "r", new RSASSASigner(rsa), claims());
        assertThat(look(real, token)).isInstanceOf(Verdict.Known.class);
        assertThat(look(moved, token)).isInstanceOf(Verdict.Unsure.class);
    }

    @Test
    void without_keys_nothing_is_said_of_a_token() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("r").generate();
        String token = sign(JWSAlgorithm.RS256, "r", new RSASSASigner(rsa), claims());
        AccessSettings settings = provider();
        status = 500;
        assertThat(look(settings, token)).isInstanceOf(Verdict.Unsure.class);
        status = 200;
        published = "{\"keys\": [], \"filling\": \"" + "x".repeat(AccessSettings.Jwks.FETCH_BYTES_MAX) + "\"}";
        assertThat(look(settings, token)).isInstanceOf(Verdict.Unsure.class);
        published = "no json";
        assertThat(look(settings, token)).isInstanceOf(Verdict.Unsure.class);
        provider.stop(0);
        assertThat(look(settings, token)).isInstanceOf(Verdict.Unsure.class);
    }

    @Test
    void a_secret_that_could_be_guessed_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AccessSettings.SharedSecret.of("short"))
                .withMessageContaining("32");
        assertThat(new AccessSettings.SharedSecret(SECRET, AccessSettings.Claims.ANY).toString())
                .doesNotContain("thirty");
        assertThat(Duration.ofSeconds(60)).isEqualTo(AccessSettings.CLOCK_SKEW);
    }

    @Test
    void roles_that_stand_above_others_may_do_what_those_may() {
        assertThat(Role.ADMIN.allows(Role.VIEWER)).isTrue();
        assertThat(Role.OPERATOR.allows(Role.VIEWER)).isTrue();
        assertThat(Role.VIEWER.allows(Role.OPERATOR)).isFalse();
        assertThat(Role.ADMIN.allows(Role.AGENT)).isFalse();
        assertThat(Role.AGENT.allows(Role.VIEWER)).isFalse();
        assertThat(Role.AGENT.allows(Role.AGENT)).isTrue();
    }
}
