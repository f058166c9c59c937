package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Very many executions wait in a small node that is killed; of the next node they get no notice but when their time has come or they
 * are signalled. It takes minutes, so it is not part of the usual build.
 */
@Tag("chaos")
class ManyParkedTest {
    private static final int PARKED = Integer.getInteger("chaos.parked", 100_000);
    private static final int WOKEN = PARKED / 100;
    private static final Duration WAKING_MAX = Duration.ofSeconds(30);

    @TempDir
    Path temporary;

    @Test
    void of_very_many_parked_executions_just_those_that_are_due_or_signalled_come_back() throws Exception {
        try (EmbeddedPostgres postgres =
                EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary), Progress.silent())) {
            long napsOver;
            try (Node node = new Node(postgres)) {
                long from = System.nanoTime();
                assertThat(node.order("begin %d %d %d".formatted(PARKED / 2, PARKED / 2 - WOKEN, WOKEN)))
                        .isEqualTo("begun");
                napsOver = System.nanoTime() + ManyParkedNode.NAP.toNanos();
                long begunMillis = millisSince(from);
                assertThat(node.order("settle")).isEqualTo("settled");
                System.out.printf(
                        "%,d begun in %,d ms; heap with all of them parked %,d bytes%n",
                        PARKED, begunMillis, heap(node));
                assertThat(ended(postgres)).isZero();
            } // killed
            TimeUnit.NANOSECONDS.sleep(
                    Math.max(0, napsOver - System.nanoTime())); // their time comes while nobody is there

            long down = System.nanoTime();
            try (Node node = new Node(postgres)) {
                long from = System.nanoTime();
                System.out.printf("started again in %,d ms%n", millisSince(down));
                awaitEnded(postgres, WOKEN, from);
                System.out.printf("%,d that were due have ended %,d ms after the start%n", WOKEN, millisSince(from));
                long signalled = System.nanoTime();
                assertThat(node.order("signal " + WOKEN)).isEqualTo("signalled");
                awaitEnded(postgres, 2 * WOKEN, signalled);
                System.out.printf(
                        "%,d were signalled, and have ended %,d ms after the first signal%n",
                        WOKEN, millisSince(signalled));
                long[] report = report(node);
                System.out.printf(
                        "%,d were read back; from signal to call p50 %,d µs, p99 %,d µs; heap %,d bytes%n",
                        report[0], report[3], report[4], report[5]);
                assertThat(report[0]).as("executions that were read back").isEqualTo(2L * WOKEN);
                assertThat(report[1]).as("calls").isEqualTo(2L * WOKEN);
                assertThat(report[2]).as("tasks that were called for").isEqualTo(2L * WOKEN);
                for (String woken : List.of("nap-%", "wait-%")) {
                    assertThat(completed(postgres, woken)).as(woken).isEqualTo(WOKEN);
                }
            }
        }
    }

    private static long[] report(Node node) throws IOException {
        return Arrays.stream(node.order("report").split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    private static long heap(Node node) throws IOException {
        return report(node)[5];
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private static void awaitEnded(EmbeddedPostgres postgres, int wanted, long from)
            throws SQLException, InterruptedException {
        for (long seen = ended(postgres); seen < wanted; seen = ended(postgres)) {
            assertThat(Duration.ofNanos(System.nanoTime() - from))
                    .as("%,d of %,d have ended", seen, wanted)
                    .isLessThan(WAKING_MAX);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static long ended(EmbeddedPostgres postgres) throws SQLException {
        return query(postgres, "SELECT count(*) FROM execution WHERE ended_at IS NOT NULL");
    }

    private static long completed(EmbeddedPostgres postgres, String ids) throws SQLException {
        return query(
                postgres,
                "SELECT count(*) FROM execution WHERE status = 'completed' AND execution_id LIKE '" + ids + "'");
    }

    private static long query(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** One in a JVM of its own, with little memory; to close it is to kill it. */
    private static final class Node implements AutoCloseable {
        private final Process process;
        private final Writer orders;
        private final BufferedReader answers;

        Node(EmbeddedPostgres postgres) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ManyParkedNode.class.getName(),
                            postgres.jdbcUrl(),
                            postgres.user(),
                            postgres.password())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            orders = process.outputWriter(StandardCharsets.UTF_8);
            answers = process.inputReader(StandardCharsets.UTF_8);
            assertThat(answers.readLine()).isEqualTo("ready");
        }

        String order(String line) throws IOException {
            orders.write(line + "\n");
            orders.flush();
            String answer = answers.readLine();
            assertThat(answer).as("the answer to: " + line).isNotNull();
            return answer;
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
