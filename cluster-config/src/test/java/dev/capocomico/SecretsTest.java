package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.TokenSigner;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Marks every secret, does whatever may go right and wrong with all logs on, and looks for the marks wherever something is kept or said.
 */
class SecretsTest {
    private static final String JWT_SECRET = "marker-of-the-secret-that-tokens-are-signed-with";
    private static final String DATABASE_PASSWORD = "marker-of-the-database-password";
    private static final String IN_SETTINGS = "marker-of-an-agents-settings";
    private static final TokenSigner SIGNER = new TokenSigner(AccessSettings.SharedSecret.of(JWT_SECRET));

    private final HttpClient client = HttpClient.newHttpClient();
    private final Log log = new Log();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level levelBefore = root.getLevel();
    private final List<String> answers = new ArrayList<>();
    private int port;

    @TempDir
    Path temporary;

    /** All that is logged, on any level that is on. */
    private static final class Log extends AppenderBase<ILoggingEvent> {
        private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getMDCPropertyMap()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        root.addAppender(log);
        root.getAppender("console").stop(); // It would be a hundred thousand lines.
        root.setLevel(Level.DEBUG);
        System.setProperty("pekko.loglevel", "DEBUG");
        com.typesafe.config.ConfigFactory.invalidateCaches();
    }

    @AfterEach
    void hear_no_more() {
        System.clearProperty("pekko.loglevel");
        com.typesafe.config.ConfigFactory.invalidateCaches();
        root.setLevel(levelBefore);
        root.detachAppender(log);
        root.getAppender("console").start();
    }

    private static String token(String tenant, Duration rest, Role... roles) {
        return SIGNER.sign(
                new Caller(tenant, "tester", Set.of(roles)), Instant.now().plus(rest));
    }

    /** What of a token makes it one. */
    private static String signature(String token) {
        return token.substring(token.lastIndexOf('.') + 1);
    }

    private String call(String method, String path, String token, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Authorization", token);
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        answers.add(response.statusCode() + " " + response.headers().map() + " " + response.body());
        return response.body();
    }

    private void raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            answers.add(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (java.net.SocketException e) {
            answers.add(e.toString()); // It was cut off in the middle.
        }
    }

    @Test
    void no_secret_is_stored_logged_or_told() throws Exception {
        String good = token("acme", Duration.ofMinutes(10), Role.ADMIN);
        String poor = token("acme", Duration.ofMinutes(10));
        String foreign = token("other", Duration.ofMinutes(10), Role.ADMIN);
        String expired = token("acme", Duration.ofMinutes(-10), Role.ADMIN);
        String forged = new TokenSigner(AccessSettings.SharedSecret.of("x".repeat(40)))
                .sign(
                        new Caller("acme", "thief", Set.of(Role.ADMIN)),
                        Instant.now().plusSeconds(600));
        Map<String, String> marks = new LinkedHashMap<>();
        marks.put("the secret of tokens", JWT_SECRET);
        marks.put("the password of the database", DATABASE_PASSWORD);
        for (String token : List.of(good, poor, foreign, expired, forged)) {
            marks.put("a token", signature(token));
            marks.put("a token " + marks.size(), signature(token));
        }
        EmbeddedPostgres postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS), Progress.silent());
        try {
            execute(postgres, "CREATE ROLE marked SUPERUSER LOGIN PASSWORD '" + DATABASE_PASSWORD + "'");
            log.lines.clear(); // What this test itself has said.
            try (Capocomico capo = Capocomico.builder()
                    .database(postgres.jdbcUrl(), "marked", DATABASE_PASSWORD)
                    .agent("till", task -> {
                        if (task.action().equals("fail")) {
                            throw new IllegalStateException("the till is jammed");
                        }
                        return Map.of("charged", task.input());
                    })
                    .httpPort(0)
                    .jwtSecret(JWT_SECRET)
                    .start()) {
                port = capo.httpAddress().orElseThrow().getPort();
                whatGoesRight(good);
                whatGoesWrong(good, poor, foreign, expired, forged);
                broken(good);
                search("an answer", answers, marks);
                assertThat(stored(postgres, marks)).isEmpty();
                assertThat(stored(postgres, Map.of("settings", IN_SETTINGS)))
                        .as("what a definition says is kept with the definition and nowhere else")
                        .allMatch(place -> place.startsWith("settings in definition."))
                        .isNotEmpty();
                postgres.close();
                assertThat(call("GET", "/api/v1/workflows", "Bearer " + good, ""))
                        .contains("UNAVAILABLE");
                call(
                        "POST",
                        "/api/v1/workflows/order/execute",
                        "Bearer " + good,
                        "{}",
                        "Content-Type",
                        "application/json");
                call("GET", "/ready", "Bearer " + good, "");
                call("GET", "/metrics", "Bearer " + good, "");
            }
        } finally {
            postgres.close();
        }
        marks.put("an agent's settings", IN_SETTINGS);
        search("an answer", answers.subList(answers.size() - 4, answers.size()), marks);
        search("the log", log.lines, marks);
        assertThat(log.lines).as("everything is logged").hasSizeGreaterThan(1_000);
        assertThat(log.lines).anyMatch(line -> line.startsWith("dev.capocomico.http"));
    }

    private void whatGoesRight(String good) throws Exception {
        call("POST", "/api/v1/workflows", "Bearer " + good, """
                workflow:
                  name: order
                  version: "1"
                  agents:
                    till: {type: till, settings: {headers: {Authorization: "Bearer marker-of-an-agents-settings"}}}
                  tasks:
                    - {id: charge, agent: till, input: {n: "${input.n}"}}
                    - {id: fail, agent: till, retry_policy: none, depends_on: [charge], on_failure: continue}
                    - {id: approve, wait_for: {signal: approval}, depends_on: [fail]}
                """, "Content-Type", "application/yaml");
        String[] json = {"Content-Type", "application/json"};
        call("POST", "/api/v1/workflows/order/execute", "Bearer " + good, """
                {"input_data": {"n": 3}, "execution_options": {"execution_id": "o-1", "labels": {"a": "b"}}}""", json);
        WebSocket socket = client.newWebSocketBuilder()
                .subprotocols("bearer", good)
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws/workflows/order"), new WebSocket.Listener() {})
                .get(20, TimeUnit.SECONDS);
        call("POST", "/api/v1/executions/o-1/pause", "Bearer " + good, "", "Idempotency-Key", "k-1");
        call("POST", "/api/v1/executions/o-1/resume", "Bearer " + good, "");
        call("POST", "/api/v1/executions/o-1/signals/approval", "Bearer " + good, "{\"by\": \"ann\"}", json);
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!call("GET", "/api/v1/executions/o-1", "Bearer " + good, "").contains("\"completed\"")) {
            assertThat(System.nanoTime()).as(answers.getLast()).isLessThan(deadline);
        }
        socket.abort();
        call(
                "POST",
                "/api/v1/events",
                "Bearer " + good,
                "{\"topic\": \"orders.paid\", \"payload\": {\"id\": 1}}",
                json);
        for (String path : List.of(
                "/api/v1/executions/o-1/history",
                "/api/v1/executions/o-1/stream",
                "/api/v1/executions",
                "/api/v1/workflows/order/status",
                "/api/v1/patterns/available",
                "/workflow-capacity",
                "/metrics",
                "/docs",
                "/openapi.yaml",
                "/health",
                "/ready")) {
            call("GET", path, "Bearer " + good, "");
        }
    }

    private void whatGoesWrong(String good, String... tokens) throws Exception {
        for (String token : tokens) {
            for (String scheme : List.of("Bearer ", "bearer  ", "Basic ", "")) {
                call("GET", "/api/v1/executions/o-1", scheme + token, "");
                call(
                        "POST",
                        "/api/v1/workflows/order/execute",
                        scheme + token,
                        "{}",
                        "Content-Type",
                        "application/json");
                call("GET", "/workflow-capacity", scheme + token, "");
                call("GET", "/absent", scheme + token, "");
            }
        }
        call("POST", "/api/v1/workflows", "Bearer " + good, "{\"name\": ", "Content-Type", "application/json");
        call("POST", "/api/v1/workflows", "Bearer " + good, "name: [", "Content-Type", "application/yaml");
        call(
                "POST",
                "/api/v1/workflows/order/execute",
                "Bearer " + good,
                "{\"x\": 1}",
                "Content-Type",
                "application/json");
        call("POST", "/api/v1/executions/o-1/cancel", "Bearer " + good, "");
        call("DELETE", "/api/v1/workflows", "Bearer " + good, "");
        call("GET", "/api/v1/executions?limit=many", "Bearer " + good, "");
        call("GET", "/ws/workflows/order", "Bearer " + good, "");
        call("GET", "/api/v1/executions", "Bearer " + good.repeat(12), "");
    }

    private void broken(String good) throws IOException {
        String authorization = "Authorization: Bearer " + good + "\r\n";
        String head = "GET /api/v1/executions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        raw(head + authorization + authorization + "\r\n");
        raw(head + "Authorization: Bearer " + good + "\u0001\r\n\r\n");
        raw(head + "Authorization : Bearer " + good + "\r\n\r\n");
        raw(head + "Authorization: Bearer " + good + " " + "x".repeat(20_000) + "\r\n\r\n");
        raw(head + "Authorization: " + good + "é\r\n\r\n");
        raw(head + authorization + "Content-Length: many\r\n\r\n");
        raw(head + authorization + "Transfer-Encoding: chunked\r\n\r\nzzz\r\n");
        raw(head + authorization + "X-Padding: 1\r\n".repeat(200) + "\r\n");
        raw(head + "Cookie: session=" + good + "; =;;\r\nAuthorization: Digest username=\"" + good + "\"\r\n\r\n");
        raw(authorization + head + "\r\n");
        raw("GET /api/v1/executions HTTP/9.9\r\n" + authorization + "\r\n");
        raw("GET /%zz HTTP/1.1\r\nHost: x\r\n" + authorization + "\r\n");
        raw("POST /api/v1/events HTTP/1.1\r\nHost: x\r\n" + authorization
                + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"");
        raw(
                "GET /ws/workflows/order HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 12\r\n"
                        + "Sec-WebSocket-Key: x\r\nSec-WebSocket-Protocol: bearer, " + good + ", \r\n\r\n");
        raw("\u0016\u0003\u0001" + good);
    }

    private static void search(String where, Iterable<String> texts, Map<String, String> marks) {
        marks.forEach(
                (what, mark) -> assertThat(texts).as("%s in %s", what, where).noneMatch(text -> text.contains(mark)));
    }

    /** Where in all tables there is which mark. */
    private static Set<String> stored(EmbeddedPostgres postgres, Map<String, String> marks)
            throws SQLException, IOException {
        Set<String> found = new TreeSet<>();
        int rows = 0;
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet names = statement.executeQuery("""
                    SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables
                    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')""")) {
                while (names.next()) {
                    tables.add(names.getString(1));
                }
            }
            assertThat(tables).hasSizeGreaterThan(5);
            for (String table : tables) {
                try (ResultSet row = statement.executeQuery("SELECT * FROM " + table)) {
                    while (row.next()) {
                        rows++;
                        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                            Object value = row.getObject(column);
                            String text = value instanceof byte[] bytes
                                    ? new String(bytes, StandardCharsets.ISO_8859_1)
                                    : String.valueOf(value);
                            String place = row.getMetaData().getTableName(column) + "."
                                    + row.getMetaData().getColumnName(column);
                            marks.forEach((what, mark) -> {
                                if (text.contains(mark)) {
                                    found.add(what + " in " + place);
                                }
                            });
                        }
                    }
                }
            }
        }
        assertThat(rows).isGreaterThan(10);
        return found;
    }

    /** As the superuser, who sees everything. */
    private static Connection connect(EmbeddedPostgres postgres) throws SQLException, IOException {
        String password = Files.readString(postgres.dataDirectory().resolve("postgresql/password"))
                .strip();
        return DriverManager.getConnection(postgres.jdbcUrl(), "capo", password);
    }

    private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException, IOException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
