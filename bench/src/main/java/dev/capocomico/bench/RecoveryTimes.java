package dev.capocomico.bench;

import dev.capocomico.Capocomico;
import dev.capocomico.Execution;
import dev.capocomico.ExecutionOptions;
import dev.capocomico.WorkflowRef;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * How long it takes until an execution of many steps answers that is not in memory: first in a JVM that has done nothing yet, then in a
 * warmer one, each with its snapshot and without.
 *
 * <p>Arguments: the data directory, how many steps. The execution is made when the directory has none; to measure a cold JVM, run it
 * twice.
 */
public final class RecoveryTimes {
    private static final String ID = "long";
    private static final int TIMES = 5;

    private RecoveryTimes() {}

    public static void main(String[] arguments) throws Exception {
        int steps = Integer.parseInt(arguments[1]);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(Path.of(arguments[0])), phrase -> System.err.println(phrase))) {
            if (query(postgres, "SELECT to_regclass('event_journal')").equals("null")) {
                make(postgres, steps);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s steps, %s bytes; the snapshot of step %s has %s bytes%n",
                    query(postgres, "SELECT count(*) FROM event_journal"),
                    query(postgres, "SELECT sum(octet_length(event_payload)) FROM event_journal"),
                    query(postgres, "SELECT max(sequence_number) FROM snapshot"),
                    query(postgres, "SELECT max(octet_length(snapshot_payload)) FROM snapshot"));
            for (int time = 1; time <= TIMES; time++) {
                System.out.printf(Locale.ROOT, "with its snapshot, %d: %d ms%n", time, answerMillis(postgres));
            }
            execute(postgres, "ALTER TABLE snapshot RENAME TO snapshot_hidden");
            execute(postgres, "CREATE TABLE snapshot (LIKE snapshot_hidden INCLUDING ALL)");
            try {
                for (int time = 1; time <= TIMES; time++) {
                    System.out.printf(Locale.ROOT, "from its first step, %d: %d ms%n", time, answerMillis(postgres));
                }
            } finally {
                execute(postgres, "DROP TABLE snapshot");
                execute(postgres, "ALTER TABLE snapshot_hidden RENAME TO snapshot");
            }
        }
    }

    /** One element after the other, a step each; then it waits. */
    private static void make(EmbeddedPostgres postgres, int steps) throws Exception {
        try (Capocomico capo = node(postgres)) {
            WorkflowRef workflow = capo.register(Workflow.named("long")
                    .agent("s", role -> role.type("step"))
                    .task("each", task -> task.agent("s").forEach("${input.items}", 1))
                    .task("wait", task -> task.waitFor("go").dependsOn("each"))
                    .build());
            Map<String, Object> input =
                    Map.of("items", IntStream.range(0, steps).boxed().toList());
            Execution run = capo.execute(workflow, input, ExecutionOptions.id(ID));
            while (run.view().tasks().get(1).status() != TaskStatus.WAITING) {
                TimeUnit.MILLISECONDS.sleep(500);
            }
        }
    }

    private static long answerMillis(EmbeddedPostgres postgres) throws InterruptedException {
        try (Capocomico capo = node(postgres)) {
            long from = System.nanoTime();
            capo.execution(ID).status();
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
        }
    }

    private static Capocomico node(EmbeddedPostgres postgres) throws InterruptedException {
        return Capocomico.builder()
                .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                .agent("step", task -> Map.of("n", task.idempotencyKey()))
                .start();
    }

    private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }
}
