package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.capocomico.cli.Stage.Ended;
import dev.capocomico.persistence.directory.ThisUser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** For whom the command line signs a token. */
class ServerProofTest {
    private static final int SOMEBODY = 4711;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    /** A program that has taken an address, and keeps what callers show it. */
    private static final class Collector implements AutoCloseable {
        private final HttpServer server;
        private final List<Optional<String>> shown = new CopyOnWriteArrayList<>();

        Collector(URI address) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort()), 0);
            server.createContext("/", exchange -> {
                shown.add(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")));
                byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    @Test
    void no_token_is_signed_for_a_program_that_has_taken_the_port_of_a_dead_server() throws Exception {
        Path note = directory.resolve(".capo/server.json");
        URI address;
        try (ServerProcess server = ServerProcess.start(directory)) {
            address = server.url();
            assertThat(new Stage(directory).run("list").code())
                    .as("the real one")
                    .isZero();
            server.kill();
        }
        assertThat(note).as("nobody has taken it away").exists();
        try (Collector thief = new Collector(address)) {
            assertThat(new Stage(directory).run("list").err()).contains("there is no server");

            // The number of the dead process may have been given to a new one.
            ObjectNode reused = (ObjectNode) JSON.readTree(note.toFile());
            reused.put("pid", ProcessHandle.current().pid());
            Files.writeString(note, reused.toString());
            assertThat(new Stage(directory).run("list").err()).contains("there is no server");
            assertThat(thief.shown).isEmpty();

            new Stage(directory).run("list", "--server", address.toString());
            assertThat(thief.shown).isNotEmpty().allMatch(Optional::isEmpty);
        }
    }

    @Test
    void a_process_is_told_from_another_of_its_number() {
        LivingProcess self = LivingProcess.self();
        assertThat(self.lives()).isTrue();
        assertThat(LivingProcess.of(self.pid())).contains(self);
        assertThat(new LivingProcess(self.pid(), "1" + self.begun()).lives()).isFalse();
        assertThat(new LivingProcess(self.pid(), "").lives()).isFalse();
        assertThat(new LivingProcess(Long.MAX_VALUE, self.begun()).lives()).isFalse();
    }

    @Test
    void a_key_that_others_could_have_read_or_written_signs_nothing() throws Exception {
        Path data = Files.createDirectory(directory.resolve(".capo"));
        DevelopmentKey.findOrMake(data);
        Path key = data.resolve("development.key");
        assertThat(new Stage(directory).run("token").code()).isZero();

        Files.setAttribute(key, "unix:mode", 0644);
        refused("is no secret any more");
        Files.setAttribute(key, "unix:mode", 0600);

        Path elsewhere = directory.resolve("elsewhere");
        Files.move(key, elsewhere);
        Files.createSymbolicLink(key, elsewhere);
        refused("is no plain file");
        Files.delete(key);
        Files.move(elsewhere, key);
        assertThat(new Stage(directory).run("token").code()).isZero();

        assumeThat(ThisUser.uid()).as("only root can give files away").isZero();
        Files.setAttribute(key, "unix:uid", SOMEBODY);
        refused("belongs to user number " + SOMEBODY);
    }

    private void refused(String why) {
        for (String[] command : new String[][] {{"token"}, {"dev", "--port", "0"}}) {
            Ended ended = new Stage(directory).run(command);
            assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.FAILED);
            assertThat(ended.err()).contains(why);
            assertThat(ended.out()).isEmpty();
        }
    }

    @Test
    void a_note_that_somebody_else_has_written_is_not_believed() throws Exception {
        assumeThat(ThisUser.uid()).as("only root can give files away").isZero();
        Path data = Files.createDirectory(directory.resolve(".capo"));
        try (Doorplate doorplate = Doorplate.put(data, URI.create("http://127.0.0.1:1"))) {
            assertThat(Doorplate.read(data)).contains(doorplate.address());
            Files.setAttribute(data.resolve("server.json"), "unix:uid", SOMEBODY);
            Ended ended = new Stage(directory).with("CAPO_TOKEN", "secret").run("list");
            assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
            assertThat(ended.err()).contains("belongs to user number " + SOMEBODY);
        }
    }
}
