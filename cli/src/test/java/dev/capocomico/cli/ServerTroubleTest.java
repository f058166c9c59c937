package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.capocomico.cli.Stage.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are away, full, or none of ours. */
class ServerTroubleTest {
    @TempDir
    Path directory;

    private Ended answered(int status, String body, String... args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Retry-After", "7");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try {
            return new Stage(directory)
                    .with(
                            "CAPO_SERVER",
                            "http://127.0.0.1:" + server.getAddress().getPort() + "/")
                    .run(args);
        } finally {
            server.stop(0);
        }
    }

    private static String problem(String code) {
        return """
                {"title": "x", "status": 1, "code": "%s", "detail": "this is why", "trace_id": "00000000000000000000000000000abc",
                 "errors": [{"pointer": "/input_data/qty", "message": "is missing"}]}
                """.formatted(code);
    }

    @Test
    void a_server_that_is_full_says_when_to_come_again() throws IOException {
        Ended ended = answered(507, problem("AT_CAPACITY"), "start", "order");
        assertThat(ended.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(ended.err()).isEqualTo("""
                capo: this is why; try again in 7 s
                      /input_data/qty: is missing
                """);
    }

    @Test
    void every_answer_has_an_exit_code() throws IOException {
        assertThat(answered(400, problem("X"), "start", "order").code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(answered(401, problem("X"), "start", "order").code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(answered(404, problem("X"), "start", "order").code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(answered(409, problem("X"), "start", "order").code()).isEqualTo(ExitCode.CONFLICT);
        assertThat(answered(422, problem("X"), "start", "order").code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(answered(429, problem("X"), "start", "order").code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(answered(503, problem("X"), "start", "order").code()).isEqualTo(ExitCode.UNREACHABLE);
        Ended fault = answered(500, problem("INTERNAL_ERROR"), "start", "order");
        assertThat(fault.code()).isEqualTo(ExitCode.FAILED);
        assertThat(fault.err()).contains("the server's log says more of 00000000000000000000000000000abc");
    }

    @Test
    void who_is_no_capocomico_is_not_taken_for_one() throws IOException {
        Ended html = answered(200, "<html>welcome</html>", "list");
        assertThat(html.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(html.err()).contains("with 200, and not as Capocomico does; is the address right?");
        assertThat(answered(502, "{\"oops\": 1}", "list").err()).contains("with 502, and not as Capocomico does");
    }

    @Test
    void where_nobody_listens_and_where_no_server_is_named_it_is_told() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Ended nobody = new Stage(directory).run("list", "--server", "http://127.0.0.1:" + free);
        assertThat(nobody.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(nobody.err())
                .isEqualTo("capo: the server at http://127.0.0.1:" + free
                        + " cannot be reached: nobody listens there; capo doctor looks further\n");

        Ended unnamed = new Stage(directory).run("list");
        assertThat(unnamed.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(unnamed.err())
                .contains(
                        "there is no server: none is named with --server or CAPO_SERVER, and none serves .capo; capo dev");

        Ended wrong = new Stage(directory).with("CAPO_SERVER", "localhost:8080").run("list");
        assertThat(wrong.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(wrong.err()).contains("CAPO_SERVER is \"localhost:8080\"; a server is an address such as");
    }

    @Test
    void doctor_says_what_is_wrong_and_how_to_mend_it() throws IOException {
        Ended sick = answered(503, problem("UNAVAILABLE"), "doctor");
        assertThat(sick.code()).isEqualTo(ExitCode.FAILED);
        assertThat(sick.out())
                .contains("lives, and is not ready: this is why", "it serves again by itself when that is mended")
                .contains("✗ token     this is why", "CAPO_TOKEN holds it");
        Ended away = new Stage(directory).run("doctor", "--server", "http://127.0.0.1:1", "-o", "json");
        assertThat(away.code()).isEqualTo(ExitCode.FAILED);
        assertThat(away.out()).contains("cannot be reached: nobody listens there", "\"remedy\" : \"start it, or");
    }

    @Test
    void a_note_in_a_directory_cannot_send_tokens_to_another_machine() throws IOException {
        Files.createDirectories(directory.resolve(".capo"));
        LivingProcess alive = LivingProcess.self();
        for (String url :
                new String[] {"http://203.0.113.7:8080", "http://capo.example:8080", "nonsense", "http://127.0.0.1:1"
                }) {
            Files.writeString(
                    directory.resolve(".capo/server.json"),
                    "{\"url\": \"%s\", \"pid\": %d, \"begun\": \"%s\"}".formatted(url, alive.pid(), alive.begun()));
            Ended ended = new Stage(directory).with("CAPO_TOKEN", "secret").run("list");
            assertThat(ended.code()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(ended.err()).contains(url.contains("127.0.0.1") ? "nobody listens there" : "there is no server");
        }
        Files.writeString(
                directory.resolve(".capo/server.json"),
                "{\"url\": \"http://127.0.0.1:1\", \"pid\": %d, \"begun\": \"%s\"}"
                        .formatted(Long.MAX_VALUE, alive.begun()));
        assertThat(new Stage(directory).run("list").err()).as("it was killed").contains("there is no server");
    }
}
