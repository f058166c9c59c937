package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that do not fit into a row, on a real database. */
class LargeValuesTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int LENGTH = 5 * 1024 * 1024;

    @TempDir
    static Path temporary;

    private static EmbeddedPostgres postgres;

    private final AtomicInteger calls = new AtomicInteger();

    @BeforeAll
    static void start() {
        postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS), Progress.silent());
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void empty_the_database() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        }
    }

    @Test
    void a_large_output_stands_once_beside_small_rows_and_comes_back_after_a_restart() throws Exception {
        JsonNode output;
        try (Capocomico capo = node(Probe.NONE)) {
            output = execute(capo, "big-1").await(SOON);
            assertThat(output.at("/measure")).hasToString(Integer.toString(LENGTH));
            assertThat(output.at("/copy/text").asText()).hasSize(LENGTH);
        }
        assertThat(query("SELECT max(octet_length(event_payload)) < 500 FROM event_journal"))
                .isEqualTo("t");
        // The text is the output of one task, then stands inside that of another, and last inside that of the workflow.
        assertThat(query("SELECT count(*) FROM payload")).isEqualTo("1");
        try (Capocomico capo = node(Probe.NONE)) {
            assertThat(capo.execution("big-1").await(SOON)).isEqualTo(output);
            assertThat(capo.execution("big-1").follow().news()).isNotEmpty();
        }
        assertThat(calls).hasValue(3);
        try (StoredExecutions stored = StoredExecutions.in(temporary, phrase -> {})) {
            assertThat(stored.find("big-1").orElseThrow().output())
                    .as("for who only reads")
                    .contains(output);
        }
    }

    @Test
    void a_large_input_signal_and_list_of_items_come_back_after_a_restart() throws Exception {
        Map<String, Object> large = Map.of("text", "i".repeat(40_000));
        List<Integer> items =
                java.util.stream.IntStream.range(0, 20_000).boxed().toList();
        Workflow workflow = Workflow.named("all")
                .agent("a", role -> role.type("count"))
                .task("each", task -> task.agent("a").forEach("${input.few}"))
                .task("go", task -> task.waitFor("go").dependsOn("each"))
                .task("size", task -> task.agent("a")
                        .dependsOn("go")
                        .input("${size(input.items) + size(tasks.go.output.text) + size(tasks.each.output)}"));
        try (Capocomico capo = node(Probe.NONE)) {
            WorkflowRef all = capo.register(workflow.build());
            Map<String, Object> input = Map.of("items", items, "few", List.of(large, large, 3));
            Execution run = capo.execute(all, input, ExecutionOptions.id("all-1"));
            run.signal("go", large);
        }
        try (Capocomico capo = node(Probe.NONE)) {
            assertThat(capo.execution("all-1").await(SOON).at("/size").asInt()).isEqualTo(20_000 + 40_000 + 3);
        }
        assertThat(query("SELECT max(octet_length(event_payload)) < 2000 FROM event_journal"))
                .isEqualTo("t");
    }

    @Test
    void what_could_not_be_kept_is_kept_later_and_nobody_is_called_again() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        Probe failing = point -> {
            if (point == CrashPoint.BEFORE_PAYLOAD_WRITE && failures.getAndDecrement() > 0) {
                throw new IllegalStateException("the disk is full");
            }
        };
        try (Capocomico capo = node(failing)) {
            assertThat(execute(capo, "big-2").await(SOON).at("/measure").asInt())
                    .isEqualTo(LENGTH);
        }
        assertThat(failures).hasNonPositiveValue();
        assertThat(calls).hasValue(3);
    }

    private static Execution execute(Capocomico capo, String id) throws InterruptedException {
        WorkflowRef big = capo.register(Workflow.named("big")
                .agent("g", role -> role.type("grow"))
                .agent("c", role -> role.type("copy"))
                .agent("m", role -> role.type("measure"))
                .task("grow", task -> task.agent("g"))
                .task("copy", task -> task.agent("c").dependsOn("grow").input(Map.of("text", "${tasks.grow.output}")))
                .task("measure", task -> task.agent("m").dependsOn("copy").input("${tasks.copy.output.text}"))
                .output(Map.of("copy", "${tasks.copy.output}", "measure", "${tasks.measure.output}"))
                .build());
        return capo.execute(big, null, ExecutionOptions.id(id));
    }

    private Capocomico node(Probe probe) throws InterruptedException {
        return Capocomico.builder()
                .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                .agent("grow", task -> counted("g".repeat(LENGTH)))
                .agent("copy", task -> counted(task.input()))
                .agent("measure", task -> counted(task.input().asText().length()))
                .agent("count", Task::input)
                .probe(probe)
                .start();
    }

    private Object counted(Object output) {
        calls.incrementAndGet();
        return output;
    }

    private static String query(String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
