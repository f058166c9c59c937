package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.TokenSigner;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a PostgreSQL that somebody else runs, as processes, because they read the environment. */
@Timeout(240)
class ExternalDatabaseTest {
    private static final String SECRET = "a secret of the tests, and of nothing else";

    @TempDir
    static Path databaseDirectory;

    @TempDir
    Path directory;

    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() {
        postgres = EmbeddedPostgres.start(EmbeddedPostgresSettings.in(databaseDirectory), Progress.silent());
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    private static String url() {
        return "postgresql://%s:%s@127.0.0.1:%d/capo?sslmode=disable"
                .formatted(postgres.user(), postgres.password(), postgres.port());
    }

    private record Ran(int code, String out, String err) {}

    private Ran capo(Map<String, String> environment, String... words) throws Exception {
        Path out = Files.createTempFile(directory, "ran-", ".out");
        Path err = Files.createTempFile(directory, "ran-", ".err");
        Process process = process(environment, words)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int code = process.waitFor();
        return new Ran(code, Files.readString(out), Files.readString(err));
    }

    private ProcessBuilder process(Map<String, String> environment, String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.capocomico.cli.Capo"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    private void write(String id) throws Exception {
        Files.writeString(directory.resolve("hello.yaml"), """
                workflow:
                  name: hello
                  version: "1"
                  agents: {any: {type: simulated, settings: {output: {said: "%s"}}}}
                  tasks: [{id: say, agent: any}]
                """.formatted(id));
    }

    @Test
    void run_show_and_doctor_use_the_database_of_the_environment_and_never_show_its_password() throws Exception {
        write("hi");
        Map<String, String> environment = Map.of("DATABASE_URL", url());
        Ran run = capo(environment, "run", "hello.yaml", "--id", "outside");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(directory.resolve(".capo/postgresql"))
                .as("an embedded database")
                .doesNotExist();

        Ran shown = capo(environment, "show", "outside");
        assertThat(shown.out()).contains("hello 1  outside", "completed");
        Ran doctor = capo(environment, "doctor");
        assertThat(doctor.out()).contains("PostgreSQL 17");

        String wrong = url().replace(postgres.password(), "not-the-password");
        Ran refused = capo(Map.of("DATABASE_URL", wrong, "CAPO_JAVA_OPTS", "-Dcapo.log=DEBUG"), "run", "hello.yaml");
        assertThat(refused.code()).as(refused.err()).isEqualTo(ExitCode.UNREACHABLE);
        for (Ran one : List.of(run, shown, doctor, refused)) {
            assertThat(one.out() + one.err()).doesNotContain(postgres.password(), "not-the-password", "Exception");
        }
    }

    @Test
    void a_directory_that_is_named_comes_before_the_environment_and_that_is_said() throws Exception {
        write("hi");
        Ran run = capo(Map.of("DATABASE_URL", url()), "run", "hello.yaml", "--data", "here", "--id", "inside");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("executions are kept in here, which --data names, and not in the database");
        assertThat(capo(Map.of("DATABASE_URL", url()), "show", "inside").code()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void a_development_server_keeps_executions_in_the_database_of_the_environment() throws Exception {
        write("hi");
        try (ServerProcess server = ServerProcess.start(directory, Map.of("DATABASE_URL", url()))) {
            assertThat(server.said().path("data").asText())
                    .isEqualTo("postgresql://%s@127.0.0.1:%d/capo".formatted(postgres.user(), postgres.port()));
            assertThat(directory.resolve(".capo/postgresql")).doesNotExist();
            Ran second = capo(Map.of("DATABASE_URL", url(), "JWT_SECRET", SECRET), "serve", "--port", "0");
            assertThat(second.code()).isEqualTo(ExitCode.CONFLICT);
            assertThat(second.err())
                    .contains("The database is in use by process ")
                    .doesNotContain("Exception");
            assertThat(new Stage(directory)
                            .run("run", "hello.yaml", "--id", "served")
                            .code())
                    .isZero();
        }
        assertThat(capo(Map.of("DATABASE_URL", url()), "history", "served").code())
                .isZero();
    }

    @Test
    void a_production_server_serves_with_the_settings_of_the_environment_and_makes_no_key() throws Exception {
        Map<String, String> environment = Map.of("DATABASE_URL", url(), "JWT_SECRET", SECRET);
        Path out = directory.resolve("serve.out");
        Process process = process(environment, "serve", "--port", "0", "-o", "json")
                .redirectOutput(out.toFile())
                .redirectError(directory.resolve("serve.err").toFile())
                .start();
        try {
            Await.until("it serves", () -> {
                assertThat(process.isAlive())
                        .as(Files.readString(directory.resolve("serve.err")))
                        .isTrue();
                return Files.readString(out).endsWith("}\n");
            });
            JsonNode said = new ObjectMapper().readTree(Files.readString(out));
            assertThat(said.has("token")).isFalse();
            assertThat(said.toString()).doesNotContain(postgres.password());
            assertThat(process.info().commandLine().orElse("")
                            + process.descendants()
                                    .map(child -> child.info().commandLine().orElse(""))
                                    .toList())
                    .doesNotContain(postgres.password());
            String token = new TokenSigner(AccessSettings.SharedSecret.of(SECRET))
                    .sign(
                            new Caller("default", "ann", Set.of(Role.OPERATOR)),
                            Instant.now().plusSeconds(60));
            Ran list =
                    capo(Map.of("CAPO_SERVER", said.path("url").asText(), "CAPO_TOKEN", token), "list", "-o", "json");
            assertThat(list.code()).as(list.err()).isZero();
            assertThat(directory.resolve(".capo")).doesNotExist();
        } finally {
            process.destroy();
        }
        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(Files.readString(directory.resolve("serve.err"))).contains("Stopped; executions continue");
    }

    @Test
    void a_production_server_refuses_settings_that_are_unsafe() throws Exception {
        Map<String, String> good = new LinkedHashMap<>(Map.of("DATABASE_URL", url(), "JWT_SECRET", SECRET));
        Ran nothing = capo(Map.of(), "serve");
        assertThat(nothing.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(nothing.err()).contains("DATABASE_URL names no database", "neither JWT_SECRET nor JWKS_URL says");
        Ran open = capo(good, "serve", "--host", "0.0.0.0", "--port", "0");
        assertThat(open.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(open.err()).contains("tokens would travel in clear text", "TRUSTED_PROXIES");
        for (String mode : List.of("", "?sslmode=prefer")) {
            good.put("DATABASE_URL", "postgresql://ann:hush@db.example/capo" + mode);
            Ran unencrypted = capo(good, "serve", "--port", "0");
            assertThat(unencrypted.code()).isEqualTo(ExitCode.WRONG_USE);
            assertThat(unencrypted.err())
                    .contains("postgresql://ann@db.example/capo is on another machine", "add sslmode=verify-full")
                    .doesNotContain("hush");
        }
        for (String option : List.of("--insecure", "--ephemeral", "--simulate", "--data")) {
            assertThat(capo(good, "serve", option).code()).as(option).isEqualTo(ExitCode.WRONG_USE);
        }
    }

    @Test
    void a_production_server_refuses_a_database_that_loses_what_it_acknowledged(@TempDir Path careless)
            throws Exception {
        EmbeddedPostgresSettings settings =
                EmbeddedPostgresSettings.in(careless).withDurability(Durability.FAST_FOR_TESTS);
        try (EmbeddedPostgres fast = EmbeddedPostgres.start(settings, Progress.silent())) {
            String url = "postgresql://%s:%s@127.0.0.1:%d/capo".formatted(fast.user(), fast.password(), fast.port());
            Ran refused = capo(Map.of("DATABASE_URL", url, "JWT_SECRET", SECRET), "serve", "--port", "0");
            assertThat(refused.code()).as(refused.err()).isEqualTo(ExitCode.WRONG_USE);
            assertThat(refused.err())
                    .contains("fsync of postgresql://", "is off")
                    .doesNotContain(fast.password());
        }
    }
}
