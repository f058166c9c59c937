package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream lasts no longer than the token that it was begun with. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TokenExpiryTest {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "operator");
    private static final String STREAM = "/api/v1/executions/run/stream";
    private static final String SOCKET = "/ws/workflows/talk?execution_id=run";
    private static final ExecutionKey RUN = new ExecutionKey(NodeInMemory.TENANT, "run");

    private NodeInMemory node;
    private HttpApi api;
    private Client client;

    @BeforeEach
    void start() {
        node = new NodeInMemory();
        api = HttpApi.start(
                HttpSettings.of("127.0.0.1", 0, AccessSettings.SharedSecret.of(TestTokens.SECRET)), node.node());
        client = new Client(api.address());
        client.post(TOKEN, "/api/v1/workflows", """
                        {"name": "talk", "version": "1", "tasks": [{"id": "w", "wait_for": {"signal": "go"}}]}""").is(201);
        client.post(TOKEN, "/api/v1/workflows/talk/execute", "{\"execution_options\": {\"execution_id\": \"run\"}}")
                .is(202);
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
        node.close();
    }

    /** A token that is good for so long, and for no longer: the skew of clocks is counted in. Tokens count in seconds. */
    private record Brief(String token, Instant until) {
        @SuppressWarnings("JavaUtilDate") // the library's
        static Brief of(Duration rest) {
            Instant expiry = Instant.ofEpochSecond(
                    Instant.now().plus(rest).minus(AccessSettings.CLOCK_SKEW).getEpochSecond());
            return new Brief(
                    TestTokens.sign(new JWTClaimsSet.Builder()
                            .subject("tester")
                            .claim("tenant", NodeInMemory.TENANT)
                            .claim("roles", List.of("operator"))
                            .expirationTime(Date.from(expiry))
                            .build()),
                    expiry.plus(AccessSettings.CLOCK_SKEW));
        }
    }

    private void end() {
        client.post(TOKEN, "/api/v1/executions/run/cancel", null).is(202);
        node.executions.passTime(RUN, Duration.ofMinutes(1));
    }

    private List<JsonNode> history() {
        List<JsonNode> all = new ArrayList<>();
        client.get(TOKEN, "/api/v1/executions/run/history?limit=500")
                .is(200)
                .json()
                .at("/history")
                .forEach(all::add);
        return all;
    }

    @Test
    void events_end_with_the_token_and_go_on_without_a_gap_with_a_new_one() throws Exception {
        Brief brief = Brief.of(Duration.ofSeconds(3));
        List<JsonNode> seen = new ArrayList<>();
        String last = null;
        try (EventReader reader = new EventReader(api.address(), brief.token(), STREAM, null)) {
            node.executions.talk(RUN, 20, "talker");
            for (EventReader.Event event : reader.rest()) {
                seen.add(event.data());
                last = event.id();
            }
            assertThat(Instant.now()).isBetween(brief.until(), brief.until().plusSeconds(5));
            assertThat(reader.comments())
                    .containsExactly("the token has expired; come again with a new one and the last id");
        }
        client.get(brief.token(), STREAM, "Last-Event-ID", last).is(401);
        node.executions.talk(RUN, 20, "talker");
        end();
        try (EventReader reader = new EventReader(api.address(), TOKEN, STREAM, last)) {
            reader.rest().forEach(event -> seen.add(event.data()));
            assertThat(reader.comments()).isEmpty();
        }
        assertThat(seen).hasSizeGreaterThan(80).isEqualTo(history());
    }

    @Test
    void a_reader_who_is_behind_when_the_token_expires_is_told_so_too_and_nothing_is_left_out_later() throws Exception {
        // More than the sockets between hold.
        node.executions.talk(RUN, 1_000, "x".repeat(8_000));
        Brief brief = Brief.of(Duration.ofSeconds(3));
        try (EventReader slow = new EventReader(api.address(), brief.token(), STREAM, null, 32_768)) {
            while (Instant.now().isBefore(brief.until().plusMillis(100))) {
                Thread.onSpinWait();
            }
            List<EventReader.Event> first = slow.rest();
            assertThat(first).hasSizeLessThan(2_000);
            assertThat(slow.comments()).hasSize(1);
            end();
            try (EventReader reader = new EventReader(
                    api.address(), TOKEN, STREAM, first.getLast().id())) {
                List<Integer> steps = new ArrayList<>();
                first.forEach(event -> steps.add(event.data().at("/seq").asInt()));
                reader.rest().forEach(event -> steps.add(event.data().at("/seq").asInt()));
                assertThat(steps).isSorted().hasSizeGreaterThan(2_000);
                assertThat(steps.stream().distinct().count())
                        .isEqualTo(steps.getLast().longValue());
            }
        }
    }

    @Test
    void a_socket_is_closed_with_4401_when_its_token_expires_and_goes_on_without_a_gap_with_a_new_one()
            throws Exception {
        Brief brief = Brief.of(Duration.ofSeconds(3));
        SocketReader first = SocketReader.open(api.address(), brief.token(), SOCKET);
        node.executions.talk(RUN, 20, "talker");
        assertThat(first.closed())
                .isEqualTo(new SocketReader.Closed(
                        4401, "the token has expired; resume with a new one and the last cursor"));
        assertThat(Instant.now()).isBetween(brief.until(), brief.until().plusSeconds(5));
        List<JsonNode> seen = new ArrayList<>();
        while (!first.isEmpty()) {
            seen.add(first.next());
        }
        assertThat(seen).hasSizeGreaterThan(40);
        node.executions.talk(RUN, 20, "talker");
        end();
        tell(SOCKET + "&from=" + seen.getLast().at("/cursor").asText(), seen);
        List<JsonNode> whole = new ArrayList<>();
        tell(SOCKET, whole);
        assertThat(seen).isEqualTo(whole);
    }

    private void tell(String path, List<JsonNode> told) throws Exception {
        SocketReader reader = SocketReader.open(api.address(), TOKEN, path);
        do {
            told.add(reader.next());
        } while (!told.getLast().at("/data/event").asText().equals("execution_cancelled"));
        reader.cut();
    }

    @Test
    void a_stream_that_ends_before_its_token_says_nothing_of_it() throws Exception {
        try (EventReader reader =
                new EventReader(api.address(), Brief.of(Duration.ofSeconds(60)).token(), STREAM, null)) {
            end();
            assertThat(reader.rest()).isNotEmpty();
            assertThat(reader.comments()).isEmpty();
        }
    }
}
