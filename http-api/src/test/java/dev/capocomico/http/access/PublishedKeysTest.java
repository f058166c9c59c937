package dev.capocomico.http.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys that another server publishes, with that server in all its moods. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("JavaUtilDate") // the library's
class PublishedKeysTest {
    private static final RSAKey FIRST = key("first");
    private static final RSAKey SECOND = key("second");
    private static final Duration CACHED_FOR = AccessSettings.Jwks.CACHED_FOR;

    private enum Mood {
        WELL,
        BROKEN,
        MUTE,
        DRIPPING
    }

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger fetches = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private volatile Mood mood = Mood.WELL;
    private volatile String published = "{\"keys\": []}";
    private HttpServer provider;
    private Tokens tokens;

    private static RSAKey key(String name) {
        try {
            return new RSAKeyGenerator(2048).keyID(name).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void start() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.setExecutor(threads);
        provider.createContext("/keys", exchange -> {
            fetches.incrementAndGet();
            byte[] body = published.getBytes(StandardCharsets.UTF_8);
            switch (mood) {
                case WELL -> {
                    exchange.sendResponseHeaders(200, body.length);
                    try (OutputStream out = exchange.getResponseBody()) {
                        out.write(body);
                    }
                }
                case BROKEN -> {
                    exchange.sendResponseHeaders(500, -1);
                    exchange.close();
                }
                case MUTE -> awaitEnd();
                case DRIPPING -> {
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body, 0, 5);
                    exchange.getResponseBody().flush();
                    awaitEnd();
                }
            }
        });
        provider.start();
        URI url = URI.create("http://127.0.0.1:" + provider.getAddress().getPort() + "/keys");
        // The clock of the test decides what is old; only waiting takes real time.
        tokens = new Tokens(
                new AccessSettings.Jwks(url, AccessSettings.Claims.ANY),
                new PublishedKeys(new KeyReader(url, Duration.ofSeconds(2)), () -> now),
                () -> now,
                threads);
        publish(FIRST);
    }

    private void awaitEnd() {
        try {
            assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        over.countDown();
        provider.stop(0);
        threads.shutdownNow();
    }

    private void publish(RSAKey... keys) {
        published = new JWKSet(Arrays.stream(keys).<JWK>map(RSAKey::toPublicJWK).toList()).toString(true);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private String token(RSAKey key, String name) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(name).build(),
                new JWTClaimsSet.Builder()
                        .subject("ann")
                        .claim("tenant", "acme")
                        .expirationTime(Date.from(now.plusSeconds(600)))
                        .build());
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }

    private Verdict look(RSAKey key) throws JOSEException {
        return look(key, key.getKeyID());
    }

    private Verdict look(RSAKey key, String name) throws JOSEException {
        return tokens.look(token(key, name)).toCompletableFuture().join();
    }

    private List<Verdict> lookAtOnce(int count, String token) throws Exception {
        List<Callable<Verdict>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(() -> tokens.look(token).toCompletableFuture().get(30, TimeUnit.SECONDS));
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (Future<Verdict> verdict : threads.invokeAll(calls)) {
            verdicts.add(verdict.get());
        }
        return verdicts;
    }

    private static final Class<?> KNOWN = Verdict.Known.class;
    private static final Class<?> REJECTED = Verdict.Rejected.class;
    private static final Class<?> UNSURE = Verdict.Unsure.class;

    @Test
    void a_hundred_calls_with_a_new_key_at_once_make_one_fetch_and_the_key_that_is_gone_is_none() throws Exception {
        assertThat(lookAtOnce(100, token(FIRST, "first"))).allMatch(KNOWN::isInstance);
        assertThat(fetches).hasValue(1);
        publish(SECOND);
        pass(Duration.ofMinutes(1));
        assertThat(lookAtOnce(100, token(SECOND, "second"))).allMatch(KNOWN::isInstance);
        assertThat(fetches).hasValue(2);
        assertThat(look(FIRST)).isInstanceOf(REJECTED);
    }

    @Test
    void a_key_that_appears_right_after_a_fetch_is_found_at_once() throws Exception {
        assertThat(look(FIRST)).isInstanceOf(KNOWN);
        publish(FIRST, SECOND);
        assertThat(look(SECOND)).isInstanceOf(KNOWN);
        assertThat(look(FIRST)).isInstanceOf(KNOWN);
        assertThat(fetches).hasValue(2);
    }

    @Test
    void a_flood_of_made_up_names_makes_two_fetches_in_half_a_minute_and_disturbs_nobody() throws Exception {
        assertThat(look(FIRST)).isInstanceOf(KNOWN);
        for (int seconds = 0; seconds < 30; seconds++) {
            for (int i = 0; i < 10; i++) {
                assertThat(look(SECOND, "made-up-" + seconds + "-" + i)).isInstanceOf(REJECTED);
            }
            assertThat(look(FIRST)).isInstanceOf(KNOWN);
            assertThat(fetches.get()).isLessThanOrEqualTo(2);
            pass(Duration.ofSeconds(1));
        }
        publish(FIRST, SECOND);
        assertThat(look(SECOND)).as("the half minute is over").isInstanceOf(KNOWN);
        assertThat(fetches).hasValue(3);
    }

    @Test
    void a_flood_at_the_moment_in_which_keys_have_to_be_read_again_does_not_hinder_that() throws Exception {
        assertThat(look(FIRST)).isInstanceOf(KNOWN);
        pass(CACHED_FOR.minusSeconds(1));
        for (int i = 0; i < 10; i++) {
            assertThat(look(SECOND, "made-up-" + i)).isInstanceOf(REJECTED);
        }
        pass(CACHED_FOR.minusSeconds(1));
        for (int i = 0; i < 10; i++) {
            assertThat(look(SECOND, "made-up-" + i)).isInstanceOf(REJECTED);
        }
        publish(SECOND);
        pass(CACHED_FOR);
        assertThat(look(SECOND)).isInstanceOf(KNOWN);
        assertThat(look(FIRST)).isInstanceOf(REJECTED);
    }

    @Test
    void keys_are_good_for_half_an_hour_without_their_provider_and_no_longer() throws Exception {
        assertThat(look(FIRST)).isInstanceOf(KNOWN);
        mood = Mood.BROKEN;
        pass(CACHED_FOR.minusSeconds(1));
        assertThat(look(FIRST)).isInstanceOf(KNOWN);
        assertThat(fetches).as("they are not old yet").hasValue(1);
        pass(Duration.ofSeconds(1));
        assertThat(lookAtOnce(50, token(FIRST, "first"))).allMatch(KNOWN::isInstance);
        assertThat(fetches.get())
                .as("one has tried, and the others did not wait")
                .isEqualTo(2);
        pass(CACHED_FOR.minusSeconds(1));
        assertThat(look(FIRST)).isInstanceOf(KNOWN);
        pass(Duration.ofSeconds(1));
        assertThat(look(FIRST)).isInstanceOf(UNSURE);
        mood = Mood.WELL;
        pass(Duration.ofSeconds(2));
        assertThat(look(FIRST)).isInstanceOf(KNOWN);
    }

    @Test
    void while_no_keys_could_be_read_nothing_is_said_of_a_token_however_often_it_comes() throws Exception {
        mood = Mood.BROKEN;
        for (int i = 0; i < 20; i++) {
            assertThat(look(FIRST)).isInstanceOf(UNSURE);
        }
        assertThat(lookAtOnce(50, token(SECOND, "made-up"))).allMatch(UNSURE::isInstance);
        assertThat(fetches).as("it is left alone for a while").hasValue(1);
        mood = Mood.WELL;
        pass(Duration.ofSeconds(2));
        assertThat(look(FIRST)).isInstanceOf(KNOWN);
    }

    @Test
    void a_provider_that_does_not_answer_or_not_to_the_end_is_waited_for_once_and_not_for_long() throws Exception {
        for (Mood bad : List.of(Mood.MUTE, Mood.DRIPPING)) {
            mood = bad;
            int before = fetches.get();
            long begin = System.nanoTime();
            assertThat(lookAtOnce(50, token(FIRST, "first"))).allMatch(UNSURE::isInstance);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .as(bad.toString())
                    .isLessThan(Duration.ofSeconds(20));
            assertThat(fetches.get() - before).as(bad.toString()).isEqualTo(1);
            pass(Duration.ofSeconds(2));
        }
    }

    @Test
    void who_has_a_known_key_does_not_wait_for_a_provider_that_does_not_answer() throws Exception {
        assertThat(look(FIRST)).isInstanceOf(KNOWN);
        mood = Mood.MUTE;
        pass(Duration.ofMinutes(1));
        String good = token(FIRST, "first");
        Future<Verdict> madeUp = threads.submit(() -> look(SECOND, "made-up"));
        awaitFetches(2);
        assertThat(tokens.look(good).toCompletableFuture().join()).isInstanceOf(KNOWN);
        assertThat(madeUp).as("the provider is still waited for").isNotDone();
        assertThat(madeUp.get(30, TimeUnit.SECONDS))
                .as("whether there is such a key by now, nobody knows")
                .isInstanceOf(UNSURE);
    }

    @Test
    void while_one_waits_for_keys_that_are_old_the_others_use_those_that_are_there() throws Exception {
        assertThat(look(FIRST)).isInstanceOf(KNOWN);
        mood = Mood.MUTE;
        pass(CACHED_FOR);
        String good = token(FIRST, "first");
        Future<Verdict> waits = threads.submit(() -> look(FIRST));
        awaitFetches(2);
        assertThat(tokens.look(good).toCompletableFuture().join()).isInstanceOf(KNOWN);
        assertThat(waits).as("the provider is still waited for").isNotDone();
        assertThat(waits.get(30, TimeUnit.SECONDS)).isInstanceOf(KNOWN);
    }

    private void awaitFetches(int count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (fetches.get() < count) {
            assertThat(System.nanoTime()).as("fetch %d", count).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
