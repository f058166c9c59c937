package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An opponent who writes his bytes himself: each is refused in the form of all errors, and costs its own connection at most. */
class WireTest {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "operator");
    private static final String EVENTS = "/api/v1/events";
    private static final String EVENT = "{\"topic\": \"t\"}";

    private static NodeInMemory node;
    private static HttpApi api;
    private static Wire wire;

    @BeforeAll
    static void start() {
        node = new NodeInMemory();
        api = HttpApi.start(
                TestSettings.impatient(Duration.ofMillis(800), Duration.ofSeconds(2), Duration.ofSeconds(4)),
                node.node());
        wire = new Wire(api.address(), TOKEN);
        new Client(api.address())
                .post(
                        TOKEN,
                        "/api/v1/workflows",
                        "{\"name\": \"watched\", \"version\": \"1\", \"tasks\": [{\"id\": \"a\", \"sleep\": 1}]}")
                .is(201);
    }

    @AfterAll
    static void stop() throws Exception {
        api.close();
        node.close();
    }

    private static void refused(String answer, int status) {
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("application/problem+json", "\"trace_id\"");
        assertThat(answer).doesNotContain("Exception", "\tat ", TOKEN);
        // One request, one answer.
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
    }

    /** What a proxy in front may see as another number of requests than this server does. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\nTransfer-Encoding: chunked\n",
                "Transfer-Encoding: chunked\nContent-Length: 4\n",
                "Content-Length: 4\nContent-Length: 5\n",
                "Content-Length: 4, 4\n",
                "Content-Length: +4\n",
                "Content-Length: -4\n",
                "Content-Length: 0x4\n",
                "Content-Length: 99999999999999999999\n",
                "Content-Length : 4\n",
                "Content-Length:\n 4\n",
                "Content-Length: 4\rX: y\n",
                "Transfer-Encoding: identity\n",
                "Transfer-Encoding: xchunked\n",
                "Transfer-Encoding : chunked\n",
                "Transfer-Encoding: chunked, chunked\n",
                "Transfer-Encoding: gzip, chunked\n",
                "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n",
                "Host: y\nContent-Length: 4\n"
            })
    void the_length_of_a_body_is_said_in_one_way_or_not_at_all(String headers) throws IOException {
        refused(wire.raw(wire.post(EVENTS, headers.replace("\n", "\r\n"), "0\r\n\r\n" + wire.get("/health"))), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\n{}\n0\n\n", "-2\n{}\n0\n\n", "ffffffffffffffff\n{}", "7fffffff\n{}", "2\n{}XX0\n\n"})
    void a_chunk_that_is_none_breaks_the_body_off(String chunks) throws IOException {
        String body = chunks.replace("\n", "\r\n");
        refused(wire.raw(wire.post(EVENTS, "Transfer-Encoding: chunked\r\nConnection: close\r\n", body)), 400);
    }

    @Test
    void chunks_without_end_are_waited_for_so_long() throws IOException {
        refused(wire.raw(wire.post(EVENTS, "Transfer-Encoding: chunked\r\nConnection: close\r\n", "2\r\n{}\r\n")), 408);
        refused(
                wire.raw(wire.post(
                        EVENTS,
                        "Transfer-Encoding: chunked\r\nConnection: close\r\n",
                        "2;" + "a".repeat(100_000) + "\r\n{}\r\n0\r\n\r\n")),
                400);
        refused(
                wire.raw(wire.post(
                        EVENTS,
                        "Transfer-Encoding: chunked\r\nConnection: close\r\n",
                        "2\r\n{}\r\n0\r\n" + "A: b\r\n".repeat(10_000) + "\r\n")),
                400);
    }

    @Test
    void another_protocol_is_told_so_in_this_one() throws IOException {
        byte[] hello = new byte[512];
        new Random(4).nextBytes(hello);
        hello[0] = 0x16;
        hello[1] = 3;
        hello[2] = 1;
        refused(wire.raw(hello), 400);
        refused(wire.raw(new byte[10_000]), 400);
        refused(wire.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 501);
        refused(wire.raw("GET /health HTTP/2.0\r\nHost: x\r\n\r\n"), 400);
        refused(wire.raw("GET /health\r\n\r\n"), 400);
        refused(wire.raw("get /health HTTP/1.1\r\nHost: x\r\n\r\n"), 501);
        refused(wire.raw("GET /health HTTP/1.1\r\nHost: a b\r\n\r\n"), 400);
        refused(wire.raw("GET http://other/health HTTP/1.1\r\nHost: x\r\n\r\n"), 400);
        refused(wire.raw("GET /health#there HTTP/1.1\r\nHost: x\r\n\r\n"), 400);
        refused(wire.raw(wire.get("/health").replace("Host: x", "Host: x\r\nA: b\u0000c")), 400);
        refused(wire.raw(wire.get("/health").replace("Host: x", "Host: x\r\nA: \u00ff")), 400);
    }

    @Test
    void a_method_that_nobody_asked_for_does_nothing_and_says_nothing_of_the_request() throws IOException {
        String close = "Connection: close\r\nX-Other: said\r\n";
        for (String method : new String[] {"OPTIONS", "TRACE", "PUT", "PATCH", "DELETE"}) {
            String answer = wire.raw(wire.request(method, "/health", close, ""));
            refused(answer, 405);
            assertThat(answer).contains("Allow: GET, HEAD").doesNotContain("said");
        }
        refused(wire.raw(wire.request("OPTIONS", "*", close, "")), 404);
        refused(wire.raw(wire.request("CONNECT", "example.org:443", close, "")), 400);
        refused(wire.raw(wire.request("PROPFIND", "/health", close, "")), 501);
    }

    @Test
    void who_asks_before_he_sends_a_body_is_answered_before_he_does() throws IOException {
        String ask = "Expect: 100-continue\r\nContent-Length: %d\r\n";
        refused(wire.raw(wire.post(EVENTS, ask.formatted(14), "").replace(TOKEN, "x")), 401);
        refused(wire.raw(wire.post(EVENTS, ask.formatted(2_000_000), "")), 413);
        refused(wire.raw(wire.post(EVENTS, ask.formatted(14), "").replace("/json", "/xml")), 415);
        refused(wire.raw(wire.post("/nowhere", ask.formatted(14), "")), 404);
        try (Socket socket = wire.open()) {
            socket.getOutputStream()
                    .write(wire.post(EVENTS, ask.formatted(EVENT.length()) + "Connection: close\r\n", "")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 100");
            socket.getOutputStream().write(EVENT.getBytes(StandardCharsets.US_ASCII));
            assertThat(Wire.read(socket.getInputStream())).contains("HTTP/1.1 202 ");
        }
    }

    @Test
    void a_body_where_none_is_taken_is_read_over_or_refused() throws IOException {
        assertThat(wire.raw(wire.request("GET", "/health", "Connection: close\r\nContent-Length: 3\r\n", "abc")))
                .startsWith("HTTP/1.1 200 ");
        refused(wire.raw(wire.request("GET", "/health", "Content-Length: 1000000000\r\n", "abc")), 413);
        refused(wire.raw(wire.request("GET", "/health", "Connection: close\r\nContent-Length: 9\r\n", "abc")), 408);
    }

    /** A megabyte that unfolds to a thousand is not unfolded. */
    @Test
    void a_body_that_is_packed_is_not_unpacked() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(" ".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
        }
        String body = packed.toString(StandardCharsets.ISO_8859_1);
        String length = "Connection: close\r\nContent-Length: " + body.length() + "\r\nContent-Encoding: ";
        for (String encoding : new String[] {"gzip", "br", "unheard-of"}) {
            String answer = wire.raw(wire.post(EVENTS, length + encoding + "\r\n", body));
            refused(answer, 415);
            assertThat(answer).contains("without Content-Encoding");
        }
        assertThat(sent(EVENT, "Content-Encoding: identity\r\n")).startsWith("HTTP/1.1 202 ");
    }

    private static String sent(String body, String headers) throws IOException {
        String length = "Connection: close\r\nContent-Length: " + body.length() + "\r\n";
        return wire.raw(wire.post(EVENTS, length + headers, body));
    }

    private static String payload(String json) throws IOException {
        return sent("{\"topic\": \"t\", \"payload\": " + json + "}", "");
    }

    /** It would be null, or infinite, when it is read again. */
    @ParameterizedTest
    @ValueSource(strings = {"1e309", "9e308", "-1e999999", "1e-999999", "[1e999999999]", "{\"a\": 9e308}"})
    void a_number_that_cannot_be_held_is_refused(String number) throws IOException {
        String answer = payload(number);
        refused(answer, 400);
        assertThat(answer).contains("INVALID_BODY", "no place in JSON", "\"pointer\":\"/payload");
        refused(payload("1".repeat(65)), 400);
        assertThat(payload("1.7e308")).startsWith("HTTP/1.1 202 ");
        assertThat(payload("1e-300")).startsWith("HTTP/1.1 202 ");
        assertThat(payload("12345678901234567890123")).startsWith("HTTP/1.1 202 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"\\ud800\"", "\"\\udc00\\ud800\"", "\"a\\ud83d\"", "{\"\\ud800\": 1}", "[\"\\ud83d\\u0041\"]"})
    void half_a_character_is_refused(String text) throws IOException {
        String answer = payload(text);
        refused(answer, 400);
        assertThat(answer).contains("INVALID_BODY", "is half of a character");
        assertThat(payload("\"\\ud83d\\ude00 \\u0000\"")).startsWith("HTTP/1.1 202 ");
    }

    @Test
    void a_body_is_of_utf_8_and_nothing_else() throws IOException {
        for (String charset : new String[] {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"}) {
            byte[] bytes = EVENT.getBytes(Charset.forName(charset));
            refused(sent(new String(bytes, StandardCharsets.ISO_8859_1), ""), 400);
        }
        assertThat(sent("\u00ef\u00bb\u00bf" + EVENT, "")).startsWith("HTTP/1.1 202 ");
        refused(sent("{\"topic\": \"\u00c0\u00ae\"}", ""), 400);
    }

    @Test
    void many_requests_on_one_connection_are_answered_one_by_one() throws IOException {
        String get = wire.get("/health").replace("Connection: close\r\n", "");
        String answers = wire.raw(get.repeat(99) + wire.get("/nowhere"));
        assertThat(answers.split("HTTP/1.1 200 ", -1)).hasSize(100);
        assertThat(answers).contains("HTTP/1.1 404 ");
    }

    /** Of which each would hold one of the server's connections for as long as he likes. */
    @Test
    void who_sends_the_head_of_a_request_byte_by_byte_is_closed() throws Exception {
        long begin = System.nanoTime();
        try (Socket socket = wire.open()) {
            byte[] head = wire.get("/health").repeat(2).getBytes(StandardCharsets.US_ASCII);
            assertThatThrownBy(() -> {
                        for (byte one : head) {
                            socket.getOutputStream().write(one);
                            // Often enough that the connection is never silent.
                            TimeUnit.MILLISECONDS.sleep(100);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(15));
    }

    /** Many at once, of every kind that leaves something behind: none is left. */
    @Test
    void connections_that_are_left_in_the_middle_are_gone_after_a_while() throws Exception {
        long before = descriptors();
        List<Socket> sockets = new ArrayList<>();
        String[] beginnings = {
            "",
            "GET /hea",
            wire.post(EVENTS, "Content-Length: 100\r\n", "{"),
            wire.post(EVENTS, "Transfer-Encoding: chunked\r\n", "2\r\n{")
        };
        for (int i = 0; i < 200; i++) {
            Socket socket = wire.open();
            socket.getOutputStream().write(beginnings[i % beginnings.length].getBytes(StandardCharsets.US_ASCII));
            sockets.add(socket);
        }
        // Each has two ends here, of which this one stays open.
        long accepted = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (descriptors() < before + 250 && System.nanoTime() < accepted) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(descriptors()).isGreaterThanOrEqualTo(before + 250);
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (descriptors() > before + 220 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(descriptors()).isLessThanOrEqualTo(before + 220);
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    private static final String UPGRADE = """
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            """.replace("\n", "\r\n");

    /** What a client sends, each byte as two digits; a mask of four zeros changes nothing. */
    private static String said(String frames) throws IOException {
        try (Socket socket = wire.open()) {
            socket.getOutputStream()
                    .write(wire.request("GET", "/ws/workflows/watched", UPGRADE, "")
                            .getBytes(StandardCharsets.US_ASCII));
            String head = "";
            while (!head.endsWith("\r\n\r\n")) {
                head += (char) socket.getInputStream().read();
            }
            assertThat(head).startsWith("HTTP/1.1 101 ");
            socket.getOutputStream().write(HexFormat.of().parseHex(frames.replace(" ", "")));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("it stays open", e);
            } catch (IOException e) {
                // Reset, after what was read.
            }
            return HexFormat.of().formatHex(answer.toByteArray());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // no mask: a text, a ping
                "81 01 61",
                "89 00",
                // bits that nobody agreed on
                "c1 80 00000000",
                "91 80 00000000",
                // frames that there are not: 3 and 11
                "83 80 00000000",
                "8b 80 00000000",
                // a ping in pieces, and one that is too long
                "09 80 00000000",
                "89 fe 007e 00000000"
            })
    void a_frame_that_is_none_closes_a_web_socket_with_1002(String frame) throws IOException {
        assertThat(said(frame)).matches("88..03ea.*");
    }

    /** A client has nothing to say; what it says between pings is not kept, however it is cut to pieces. */
    @Test
    void what_is_said_in_order_or_half_is_borne() throws IOException {
        String pieces = "01 81 00000000 61" + "00 81 00000000 ff".repeat(1_000);
        // Broken UTF-8, a ping in the middle, which is answered, and a close, which is too.
        assertThat(said("81 82 00000000 fffe" + pieces + "89 81 00000000 70" + "80 80 00000000"
                        + "88 82 00000000 03e8"))
                .isEqualTo("8a0170" + "880203e8");
        // More bytes than there will ever be, of which none is kept.
        assertThat(said("82 ff 0000010000000000 00000000" + "00".repeat(100_000)))
                .doesNotContain("03f3");
    }
}
