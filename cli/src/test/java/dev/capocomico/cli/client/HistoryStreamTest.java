package dev.capocomico.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.cli.ScriptedServer;
import dev.capocomico.cli.ScriptedServer.Request;
import dev.capocomico.model.history.HistoryEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is heard of a stream that is cut, silent, refused or away. The servers here are scripts; real ones are in WatchedServerTest. */
@Timeout(60)
class HistoryStreamTest {
    private static final long SEED = Long.getLong("capocomico.seed", 20_260_301L);
    private static final HistoryStream.Patience SHORT =
            new HistoryStream.Patience(Duration.ofMillis(400), Duration.ofMillis(10), Duration.ofMillis(200));
    private static final Duration A_WHILE = Duration.ofMillis(100);

    /** An entry that stands at a place such as 3.2. */
    private static String event(String place) {
        String data =
                "{\"seq\":%s,\"time\":\"2026-03-01T12:00:00Z\",\"event\":\"delay_over\",\"sentence\":\"größer: %s\"}"
                        .formatted(place.substring(0, place.indexOf('.')), place);
        return "id: %s\nevent: delay_over\ndata: %s\n\n".formatted(place, data);
    }

    private static HistoryStream stream(ServerClient client, HistoryStream.Patience patience) {
        return new HistoryStream(client, "x", patience);
    }

    private static ServerClient client(ScriptedServer server) {
        return new ServerClient(server.url(), null, Optional::empty);
    }

    private static List<String> toTheEnd(HistoryStream stream) throws InterruptedException {
        List<String> told = new ArrayList<>();
        while (!stream.isOver()) {
            for (HistoryEntry entry : stream.next(A_WHILE)) {
                told.add(entry.sentence().substring("größer: ".length()));
            }
        }
        return told;
    }

    @Test
    void each_entry_comes_once_and_in_order_whatever_byte_the_connection_is_cut_at() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> places = new ArrayList<>();
        for (int seq = 1; seq <= 60; seq++) {
            int entries = random.nextInt(4);
            for (int index = 1; index <= entries; index++) {
                places.add(seq + "." + index);
            }
        }
        try (ScriptedServer server = new ScriptedServer((request, out) -> cutSomewhere(places, request, out));
                ServerClient client = client(server);
                HistoryStream stream = stream(client, SHORT)) {
            assertThat(toTheEnd(stream)).as("seed %d", SEED).isEqualTo(places);
            assertThat(server.requests()).as("cuts").hasSizeGreaterThan(20);
            assertThat(server.requests().stream()
                            .flatMap(request -> request.lastEventId().stream())
                            .map(places::indexOf)
                            .filter(place -> place + 1 < places.size())
                            .filter(place -> places.get(place + 1)
                                    .startsWith(places.get(place).split("\\.", 2)[0] + ".")))
                    .as("cuts between two entries of a step")
                    .isNotEmpty();
        }
    }

    private static void cutSomewhere(List<String> places, Request request, OutputStream out) throws IOException {
        List<String> rest =
                places.subList(request.lastEventId().map(places::indexOf).orElse(-1) + 1, places.size());
        if (rest.isEmpty()) {
            ScriptedServer.nothingToCome(out);
            return;
        }
        StringBuilder body = new StringBuilder();
        rest.forEach(place -> body.append(ScriptedServer.chunk(event(place))));
        byte[] bytes = body.append("0\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8);
        ScriptedServer.begin(out);
        out.write(Arrays.copyOf(
                bytes, new SplittableRandom(SEED + request.number()).nextInt(Math.min(bytes.length, 900)) + 1));
    }

    @Test
    void a_server_that_ends_a_stream_in_order_before_all_is_told_is_asked_again() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
                    if (request.number() == 2) {
                        ScriptedServer.nothingToCome(out);
                        return;
                    }
                    ScriptedServer.begin(out);
                    ScriptedServer.piece(out, event(request.number() + 1 + ".1"));
                    ScriptedServer.end(out);
                });
                ServerClient client = client(server);
                HistoryStream stream = stream(client, SHORT)) {
            assertThat(toTheEnd(stream)).containsExactly("1.1", "2.1");
            stream.askAgain();
            assertThat(stream.isOver()).as("what was over may have begun anew").isFalse();
        }
    }

    @Test
    void a_connection_without_a_sign_of_life_is_given_up_and_one_with_heartbeats_is_not() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
                    switch (request.number()) {
                        case 0 -> {
                            ScriptedServer.begin(out);
                            ScriptedServer.piece(out, event("1.1"));
                            TimeUnit.SECONDS.sleep(30);
                        }
                        case 1 -> {
                            ScriptedServer.begin(out);
                            for (int beat = 0; beat < 10; beat++) {
                                TimeUnit.MILLISECONDS.sleep(SHORT.silenceMax().toMillis() / 4);
                                ScriptedServer.piece(out, ":\n\n");
                            }
                            ScriptedServer.piece(out, event("2.1"));
                            ScriptedServer.end(out);
                        }
                        default -> ScriptedServer.nothingToCome(out);
                    }
                });
                ServerClient client = client(server);
                HistoryStream stream = stream(client, SHORT)) {
            assertThat(toTheEnd(stream)).containsExactly("1.1", "2.1");
            assertThat(server.requests()).hasSize(3);
            assertThat(server.requests().get(1).lastEventId()).contains("1.1");
        }
    }

    @Test
    void a_server_that_cannot_do_it_now_is_asked_again_after_growing_pauses_and_meanwhile_it_is_known_why()
            throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
                    if (request.number() < 6) {
                        ScriptedServer.problem(out, 503, "UNAVAILABLE", "as many watch as this server can serve");
                    } else {
                        ScriptedServer.nothingToCome(out);
                    }
                });
                ServerClient client = client(server);
                HistoryStream stream = stream(client, SHORT)) {
            while (stream.trouble().isEmpty()) {
                assertThat(stream.next(A_WHILE)).isEmpty();
            }
            assertThat(stream.trouble().orElseThrow()).hasMessage("as many watch as this server can serve");
            toTheEnd(stream);
            assertThat(stream.trouble()).isEmpty();
            List<Request> requests = server.requests();
            long[] pauses = IntStream.range(1, requests.size())
                    .mapToLong(
                            i -> requests.get(i).nanos() - requests.get(i - 1).nanos())
                    .toArray();
            for (int i = 0; i < pauses.length; i++) {
                assertThat(pauses[i])
                        .as("pause %d", i)
                        .isGreaterThanOrEqualTo(
                                Duration.ofMillis(Math.min(200, 10L << i)).toNanos());
            }
        }
    }

    @Test
    void one_who_hangs_up_at_once_is_not_asked_in_a_circle() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
                    ScriptedServer.begin(out);
                    ScriptedServer.end(out);
                });
                ServerClient client = client(server);
                HistoryStream stream = stream(client, SHORT)) {
            long begun = System.nanoTime();
            while (server.requests().size() < 8) {
                assertThat(stream.next(A_WHILE)).isEmpty();
            }
            assertThat(System.nanoTime() - begun)
                    .isGreaterThan(Duration.ofMillis(10 + 20 + 40 + 80 + 160 + 200 + 200)
                            .toNanos());
            assertThat(stream.trouble().orElseThrow()).hasMessageContaining("hangs up at once");
        }
    }

    @Test
    void what_the_server_will_not_tell_is_no_trouble_that_passes() throws Exception {
        for (int status : new int[] {400, 401, 403, 404, 500}) {
            try (ScriptedServer server = new ScriptedServer(
                            (request, out) -> ScriptedServer.problem(out, status, "X", "this is why"));
                    ServerClient client = client(server);
                    HistoryStream stream = stream(client, SHORT)) {
                assertThatThrownBy(() -> toTheEnd(stream))
                        .isInstanceOfSatisfying(ServerFailure.Refused.class, refused -> assertThat(refused.status())
                                .isEqualTo(status))
                        .hasMessage("this is why");
            }
        }
    }

    @Test
    void who_is_no_capocomico_is_not_listened_to() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
                    if (request.number() == 0) {
                        ScriptedServer.json(out, 200, "{}");
                    } else {
                        ScriptedServer.begin(out);
                        ScriptedServer.piece(out, "id: 1.1\ndata: {\"seq\": \n\n");
                    }
                });
                ServerClient client = client(server);
                HistoryStream stream = stream(client, SHORT)) {
            assertThatThrownBy(() -> toTheEnd(stream))
                    .isInstanceOf(ServerFailure.Foreign.class)
                    .hasMessageContaining("the server tells what is no JSON: Unexpected end-of-input")
                    .hasMessageNotContaining("\n");
            assertThat(stream.trouble().orElseThrow()).hasMessageContaining("with 200, and not as Capocomico does");
        }
    }
}
