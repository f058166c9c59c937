package dev.capocomico.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.capocomico.http.Doors;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.audit.TrustedProxies;
import dev.capocomico.http.load.LoadLimits;
import dev.capocomico.http.workflow.Capacity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NodeConfigurationTest {
    private static final String SECRET = "a secret of the tests, and of nothing else";
    private static final Config NOTHING = ConfigFactory.empty();

    private static NodeConfiguration read(Config file, Map<String, String> environment) {
        return NodeConfiguration.of(file, NOTHING, environment);
    }

    @Test
    void the_defaults_are_those_of_the_manual() {
        NodeConfiguration configuration = read(NOTHING, Map.of());
        assertThat(configuration.database()).isEmpty();
        assertThat(configuration.databaseLease()).isEqualTo(Duration.ofSeconds(15));
        assertThat(configuration.workflowTimeout()).isEqualTo(Duration.ofDays(1));
        assertThat(configuration.allocationTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(configuration.compensationTimeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(configuration.breakerFailureThreshold()).isEqualTo(5);
        assertThat(configuration.checkpointInterval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(configuration.eventRetention()).isEqualTo(Duration.ofDays(7));
        assertThat(configuration.stopGrace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.workerPoolSize())
                .isEqualTo(10 * Runtime.getRuntime().availableProcessors());
        assertThat(configuration.taskQueueSizeMax()).isEqualTo(1_000);
        assertThat(configuration.concurrentWorkflowsMax()).isEqualTo(1_000);
        assertThat(configuration.concurrentWorkflowsPerTenantMax()).isEmpty();
        assertThat(configuration.executionBytesMax()).isEqualTo(64 * 1024 * 1024);
        assertThat(configuration.capacity()).isEqualTo(Capacity.UNLIMITED);
        assertThat(configuration.http())
                .isEqualTo(new NodeConfiguration.Http(
                        "127.0.0.1",
                        8080,
                        Optional.empty(),
                        AccessSettings.Claims.ANY,
                        Optional.empty(),
                        Optional.empty(),
                        LoadLimits.DEFAULT,
                        TrustedProxies.NONE,
                        Duration.ofDays(365)));
    }

    static Stream<Arguments> keys() {
        return Stream.of(
                arguments(Key.DATABASE_LEASE_SECONDS, NodeConfiguration::databaseLease, Duration.ofSeconds(7)),
                arguments(Key.WORKFLOW_TIMEOUT_HOURS, NodeConfiguration::workflowTimeout, Duration.ofHours(7)),
                arguments(
                        Key.AGENT_ALLOCATION_TIMEOUT_SECONDS,
                        NodeConfiguration::allocationTimeout,
                        Duration.ofSeconds(7)),
                arguments(
                        Key.SAGA_COMPENSATION_TIMEOUT_SECONDS,
                        NodeConfiguration::compensationTimeout,
                        Duration.ofSeconds(7)),
                arguments(Key.CIRCUIT_BREAKER_FAILURE_THRESHOLD, NodeConfiguration::breakerFailureThreshold, 7),
                arguments(
                        Key.CHECKPOINT_INTERVAL_MINUTES, NodeConfiguration::checkpointInterval, Duration.ofMinutes(7)),
                arguments(Key.EVENT_RETENTION_HOURS, NodeConfiguration::eventRetention, Duration.ofHours(7)),
                arguments(Key.STOP_GRACE_SECONDS, NodeConfiguration::stopGrace, Duration.ofSeconds(7)),
                arguments(Key.WORKER_POOL_SIZE, NodeConfiguration::workerPoolSize, 7),
                arguments(Key.TASK_QUEUE_MAX_SIZE, NodeConfiguration::taskQueueSizeMax, 7),
                arguments(Key.MAX_CONCURRENT_WORKFLOWS, NodeConfiguration::concurrentWorkflowsMax, 7),
                arguments(
                        Key.MAX_CONCURRENT_WORKFLOWS_PER_TENANT,
                        NodeConfiguration::concurrentWorkflowsPerTenantMax,
                        OptionalInt.of(7)),
                arguments(Key.EXECUTION_BYTES_MAX, NodeConfiguration::executionBytesMax, 7),
                arguments(Key.HTTP_CALLS_AT_ONCE, node -> node.http().limits().callsAtOnce(), 7),
                arguments(
                        Key.HTTP_CALLS_PER_SECOND_PER_TENANT,
                        node -> node.http().limits().callsPerSecondPerTenant(),
                        7),
                arguments(
                        Key.HTTP_STREAMS_PER_TENANT,
                        node -> node.http().limits().streamsPerTenant(),
                        7),
                arguments(
                        Key.HTTP_BODY_MEMORY_PERCENT,
                        node -> node.http().limits().bodyHeapPercent(),
                        7),
                arguments(Key.AUDIT_RETENTION_DAYS, node -> node.http().auditRetention(), Duration.ofDays(7)));
    }

    private static Arguments arguments(Key key, Function<NodeConfiguration, Object> component, Object value) {
        return Arguments.of(key, component, value);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void each_number_is_read_from_the_file_and_the_environment_comes_before_it(
            Key key, Function<NodeConfiguration, Object> component, Object value) {
        Config file = ConfigFactory.parseString("capocomico { " + key.path() + " = 7 }");
        assertThat(component.apply(read(file, Map.of()))).isEqualTo(value);
        Config other = ConfigFactory.parseString("capocomico { " + key.path() + " = 8 }");
        assertThat(component.apply(read(other, Map.of(key.name(), "7")))).isEqualTo(value);
    }

    @Test
    void the_numbers_tested_are_all_there_are() {
        assertThat(keys().map(arguments -> arguments.get()[0]).toList())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Key.values())
                        .filter(key -> key.allowed().startsWith("a whole number"))
                        .toList());
    }

    @Test
    void the_database_is_read_and_its_password_is_not_shown() {
        NodeConfiguration configuration = read(
                ConfigFactory.parseString("capocomico { database-user = ann }"),
                Map.of("DATABASE_URL", "jdbc:postgresql://db/capo", "DATABASE_PASSWORD", "hush"));
        assertThat(configuration.database())
                .contains(new NodeConfiguration.Database("jdbc:postgresql://db/capo", "ann", "hush"));
        assertThat(configuration.toString()).contains("ann").doesNotContain("hush");
    }

    private static NodeConfiguration.Database database(String url) {
        return read(NOTHING, Map.of("DATABASE_URL", url)).database().orElseThrow();
    }

    static Stream<Arguments> addresses() {
        return Stream.of(
                Arguments.of("postgresql://ann:hush@db/capo", "jdbc:postgresql://db/capo", "ann", "hush"),
                Arguments.of("postgres://ann:hush@db:5433/capo", "jdbc:postgresql://db:5433/capo", "ann", "hush"),
                Arguments.of("postgresql://db/capo", "jdbc:postgresql://db/capo", "postgres", ""),
                Arguments.of("postgresql://ann@[::1]:5432/capo", "jdbc:postgresql://[::1]:5432/capo", "ann", ""),
                Arguments.of("postgresql:///capo", "jdbc:postgresql://localhost/capo", "postgres", ""),
                Arguments.of("postgresql://a:hush@one:1,two:2/capo", "jdbc:postgresql://one:1,two:2/capo", "a", "hush"),
                Arguments.of(
                        "postgresql://ann%40corp:h%2Fu%40s%3Ah%25@db/my%20capo",
                        "jdbc:postgresql://db/my+capo", "ann@corp", "h/u@s:h%"),
                Arguments.of("postgresql://ann:hu@s#h:x@db/capo", "jdbc:postgresql://db/capo", "ann", "hu@s#h:x"),
                Arguments.of(
                        "postgresql://db/capo?user=ann&password=hush&sslmode=verify-full&sslrootcert=/ca.pem",
                        "jdbc:postgresql://db/capo?sslmode=verify-full&sslrootcert=%2Fca.pem",
                        "ann",
                        "hush"),
                Arguments.of(
                        "postgresql://db/capo?connect_timeout=3&application_name=a%20b&channel_binding=require&target_session_attrs=read-write",
                        "jdbc:postgresql://db/capo?connectTimeout=3&ApplicationName=a+b&channelBinding=require&targetServerType=primary",
                        "postgres",
                        ""),
                Arguments.of(
                        "postgresql://db/capo?sslmode=verify-full&sslrootcert=system&keepalives=0",
                        "jdbc:postgresql://db/capo?sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory&tcpKeepAlive=false",
                        "postgres",
                        ""),
                Arguments.of(
                        "jdbc:postgresql://[::1]:5432/capo?ssl=true",
                        "jdbc:postgresql://[::1]:5432/capo?ssl=true",
                        "postgres",
                        ""),
                Arguments.of(
                        "jdbc:postgresql://db/capo?user=ann&password=hu%26sh&ssl=true",
                        "jdbc:postgresql://db/capo?ssl=true", "ann", "hu&sh"));
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void an_address_of_a_database_is_taken_apart_and_no_password_stays_in_it(
            String url, String jdbcUrl, String user, String password) {
        NodeConfiguration.Database read = database(url);
        assertThat(read).isEqualTo(new NodeConfiguration.Database(jdbcUrl, user, password));
        assertThat(password.isEmpty() || !(read + read.shown()).contains(password))
                .isTrue();
        assertThat(org.postgresql.Driver.parseURL(jdbcUrl, null))
                .as("pgJDBC reads it")
                .isNotNull();
    }

    @Test
    void an_address_of_a_database_is_shown_as_it_is_usually_written() {
        assertThat(database("postgres://ann:hush@db:5433/capo?sslmode=require").shown())
                .isEqualTo("postgresql://ann@db:5433/capo");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            postgresql://ann:hu/sh@db/capo                        | has an @ after its host
            postgresql://ann:hu?sh@db/capo                        | has an @ after its host
            postgresql://ann:hush%@db/capo                        | has a % without two hexadecimal digits
            postgresql://ann:hush%ff@db/capo                      | has %-encoded bytes that are no UTF-8
            postgresql://ann:hush@db:five/capo                    | has a host or port that cannot be read
            postgresql://ann:hush@db:70000/capo                   | has a host or port that cannot be read
            postgresql://ann:hush                                 | has a host or port that cannot be read
            postgresql://ann:hush@%2Fvar%2Frun/capo               | names a socket in a folder
            postgresql://ann:hush@db/capo?password=hush           | names a password before the host and another
            postgresql://ann:hush@db/capo?hush                    | has a parameter that is no name=value
            postgresql://ann:hush@db/capo?sslmod=require          | has the parameter "sslmod", which has no effect; did you mean "sslmode"?
            postgresql://ann:hush@db/capo?host=other              | has the parameter "host", which has no effect
            jdbc:postgresql://db/capo?password=hush&conectTimeout=3 | did you mean "connectTimeout"?
            jdbc:postgresql://db/capo?sslpassword=hush            | holds a password (sslpassword)
            jdbc:postgresql://ann:hush@db/capo                    | is a JDBC URL with a user before its host
            mysql://ann:hush@db/capo                              | is no address of a PostgreSQL
            mysql://db/capo?password=hush                         | is no address of a PostgreSQL
            """)
    void what_is_wrong_with_an_address_of_a_database_is_told_without_its_password(String url, String complaint) {
        assertThatThrownBy(() -> database(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "capocomico.database-url (or DATABASE_URL) " + complaint.replaceFirst("^did.*", ""))
                .hasMessageContaining(complaint)
                .hasMessageNotContaining("hush")
                .hasMessageNotContaining("hu/sh")
                .hasMessageNotContaining("sh@");
    }

    @Test
    void a_user_or_password_that_is_said_twice_and_differs_is_refused() {
        String url = "postgresql://ann:hush@db/capo";
        assertThat(read(NOTHING, Map.of("DATABASE_URL", url, "DATABASE_USER", "ann", "DATABASE_PASSWORD", "hush"))
                        .database())
                .contains(new NodeConfiguration.Database("jdbc:postgresql://db/capo", "ann", "hush"));
        for (String other : List.of("DATABASE_USER", "DATABASE_PASSWORD")) {
            assertThatThrownBy(() -> read(NOTHING, Map.of("DATABASE_URL", url, other, "mum")))
                    .hasMessageContaining("(or DATABASE_URL) and")
                    .hasMessageContaining("(or %s) differ; leave one of them out".formatted(other))
                    .hasMessageNotContaining("hush")
                    .hasMessageNotContaining("mum");
        }
    }

    @Test
    void where_http_is_served_and_who_may_call_is_read_and_the_secret_is_not_shown() {
        NodeConfiguration.Http secret = read(
                        ConfigFactory.parseString("capocomico { http-host = \"0.0.0.0\", http-port = 0 }"),
                        Map.of("JWT_SECRET", SECRET))
                .http();
        assertThat(secret.host()).isEqualTo("0.0.0.0");
        assertThat(secret.port()).isZero();
        assertThat(secret.access()).containsInstanceOf(AccessSettings.SharedSecret.class);
        assertThat(secret.toString()).doesNotContain(SECRET);

        NodeConfiguration.Http keys = read(
                        ConfigFactory.parseString(
                                "capocomico { jwks-url = \"https://id.example/keys\", jwt-audience = capo }"),
                        Map.of("JWT_ISSUER", "https://id.example"))
                .http();
        assertThat(keys.access())
                .contains(new AccessSettings.Jwks(
                        URI.create("https://id.example/keys"),
                        new AccessSettings.Claims("https://id.example", "capo")));
    }

    @Test
    void what_the_cluster_is_configured_for_is_read_from_a_group() {
        Config file = ConfigFactory.parseString("capocomico { capacity { cpu = \"1.5 cores\", memory = 64GB } }");
        assertThat(read(file, Map.of()).capacity()).isEqualTo(new Capacity(1_500, 64_000_000_000L));
        assertThat(read(file, Map.of("CAPACITY_CPU", "250m")).capacity()).isEqualTo(new Capacity(250, 64_000_000_000L));
        assertThatThrownBy(() -> read(NOTHING, Map.of("CAPACITY_MEMORY", "much")))
                .hasMessageContaining(
                        "capocomico.capacity.memory (or CAPACITY_MEMORY) is \"much\"; allowed is an amount such as 64GB");
        assertThatThrownBy(() -> read(ConfigFactory.parseString("capocomico { capacity { cpus = 2 } }"), Map.of()))
                .hasMessageContaining("capocomico.capacity.cpus is no setting; did you mean \"capacity.cpu\"?");
        assertThatThrownBy(() -> read(ConfigFactory.parseString("capocomico { capacity = 2 }"), Map.of()))
                .hasMessageContaining("capocomico.capacity is no setting");
    }

    @Test
    void proxies_are_believed_only_if_they_are_named() {
        assertThat(read(NOTHING, Map.of()).http().proxies()).isEqualTo(TrustedProxies.NONE);
        assertThat(read(NOTHING, Map.of("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7"))
                        .http()
                        .proxies()
                        .networks())
                .hasSize(2);
        assertThatThrownBy(() -> read(NOTHING, Map.of("TRUSTED_PROXIES", "proxy.example")))
                .hasMessageContaining("(or TRUSTED_PROXIES) is \"proxy.example\"; allowed is addresses, or networks");
    }

    @Test
    void issuer_and_audience_hold_however_keys_are_given() {
        AccessSettings.Claims claims = new AccessSettings.Claims("https://id.example", "capo");
        Map<String, String> said = Map.of("JWT_ISSUER", "https://id.example", "JWT_AUDIENCE", "capo");
        Map<String, String> secret = new HashMap<>(said);
        secret.put("JWT_SECRET", SECRET);
        assertThat(read(NOTHING, secret).http().access().orElseThrow())
                .isInstanceOfSatisfying(AccessSettings.SharedSecret.class, shared -> assertThat(shared.claims())
                        .isEqualTo(claims));
        // The key of capo dev is none of the configuration; what its tokens have to say is.
        assertThat(read(NOTHING, said).http().claims()).isEqualTo(claims);
    }

    @Test
    void a_certificate_comes_with_its_key_and_the_management_port_is_private_unless_it_is_told_otherwise() {
        NodeConfiguration.Http http = read(
                        ConfigFactory.parseString("capocomico { tls-certificate = a.pem, management-port = 9090 }"),
                        Map.of("TLS_KEY", "b.pem"))
                .http();
        assertThat(http.tls()).contains(new TlsFiles(Path.of("a.pem"), Path.of("b.pem")));
        assertThat(http.management()).contains(new Doors.Management("127.0.0.1", 9090));
        assertThatThrownBy(() -> read(NOTHING, Map.of("TLS_KEY", "b.pem")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a certificate and its key go together");
    }

    @Test
    void files_that_hold_no_certificate_or_no_key_are_named(@TempDir Path folder) throws Exception {
        Path nothing = Files.writeString(folder.resolve("nothing.pem"), "nothing");
        Path none = folder.resolve("none.pem");
        assertThatThrownBy(() -> new TlsFiles(nothing, none).context())
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("capocomico.tls-key (or TLS_KEY) is %s, which is not there".formatted(none));
        assertThatThrownBy(() -> new TlsFiles(none, nothing).context())
                .hasMessageContaining(
                        "(or TLS_KEY) is %s, which holds no private key in PKCS #8 PEM".formatted(nothing));
        byte[] encoded = KeyPairGenerator.getInstance("EC")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        Path key = Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(encoded)
                        + "\n-----END PRIVATE KEY-----\n");
        assertThatThrownBy(() -> new TlsFiles(none, key).context())
                .hasMessageContaining("(or TLS_CERTIFICATE) is %s, which is not there".formatted(none));
        assertThatThrownBy(() -> new TlsFiles(nothing, key).context())
                .hasMessageContaining("(or TLS_CERTIFICATE) is %s, which holds no certificate".formatted(nothing));
    }

    @Test
    void settings_of_http_that_cannot_be_used_are_named_and_a_secret_does_not_stand_in_the_message() {
        assertThatThrownBy(() -> read(
                        ConfigFactory.parseString("capocomico { http-prot = 1 }"),
                        Map.of("HTTP_PORT", "65536", "JWT_SECRET", "hush", "JWKS_URL", "ftp://x", "HTTP_HOST", "")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("capocomico.http-prot is no setting; did you mean \"http-port\"?")
                .hasMessageContaining(
                        "(or HTTP_PORT) is \"65536\"; allowed is a port from 1 to 65535, or 0 for a free one")
                .hasMessageContaining("(or JWT_SECRET) is a text of 4 bytes; allowed is a text of 32 bytes at least")
                .hasMessageContaining(
                        "(or JWKS_URL) is \"ftp://x\"; allowed is an https address, or an http address of this machine")
                .hasMessageContaining("(or HTTP_HOST) is \"\"; allowed is a text that is not empty")
                .hasMessageContaining("leave one of them out")
                .hasMessageNotContaining("hush");
        assertThatThrownBy(() -> read(NOTHING, Map.of("JWKS_URL", "http://id.example/keys")))
                .hasMessageContaining("allowed is an https address, or an http address of this machine");
    }

    @Test
    void everything_that_is_wrong_is_named_with_its_value_and_what_is_allowed() {
        Config file =
                ConfigFactory.parseString("capocomico { worker-pol-size = 3, task-queue-max-size = [1], other = 1 }");
        assertThatThrownBy(() -> read(
                        file, Map.of("WORKER_POOL_SIZE", "many", "DATABASE_URL", "mysql://x", "DATABASE_USER", " ")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("capocomico.worker-pol-size is no setting; did you mean \"worker-pool-size\"?")
                .hasMessageContaining("capocomico.other is no setting; the settings are: database-url,")
                .hasMessageContaining(
                        "capocomico.worker-pool-size (or WORKER_POOL_SIZE) is \"many\"; allowed is a whole number from 1 to 100,000")
                .hasMessageContaining(
                        "capocomico.database-url (or DATABASE_URL) is \"mysql://x\"; allowed is an address")
                .hasMessageContaining("capocomico.database-user (or DATABASE_USER) is \"\"; allowed is a text")
                .hasMessageContaining("capocomico.task-queue-max-size is list; allowed is a whole number");
    }

    @Test
    void numbers_out_of_bounds_are_refused() {
        for (String wrong : new String[] {"0", "-1", "100001", "99999999999", "1.5", "1e3", ""}) {
            assertThatThrownBy(() -> read(NOTHING, Map.of("WORKER_POOL_SIZE", wrong)))
                    .as(wrong)
                    .isInstanceOf(ConfigurationException.class);
        }
    }

    /** To write the table anew, run with {@code -Dcapocomico.rewrite=true}. */
    @Test
    void the_manual_has_every_key() throws IOException {
        Path page = Path.of(System.getProperty("capocomico.root"), "docs", "configuration.md");
        String text = Files.readString(page);
        String table = Arrays.stream(Key.values())
                .map(key -> "| `%s` | `%s` | %s | %s | %s |"
                        .formatted(
                                key.path(),
                                key.environmentVariable(),
                                key.standardInWords(),
                                key.allowed(),
                                key.meaning()))
                .collect(Collectors.joining(
                        "\n", "| key | variable | default | allowed | meaning |\n|---|---|---|---|---|\n", "\n"));
        String begin = "<!-- table -->\n";
        String end = "<!-- end -->";
        String generated =
                text.substring(0, text.indexOf(begin) + begin.length()) + table + text.substring(text.indexOf(end));
        if (Boolean.getBoolean("capocomico.rewrite")) {
            Files.writeString(page, generated);
        } else {
            assertThat(text).isEqualTo(generated);
        }
    }
}
