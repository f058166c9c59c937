package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.dispatched;
import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.QuarantineStore.Entry;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.schema.Schema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A database that comes back with less than it had acknowledged. */
class JournalWatermarkTest {
    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private final JournalWatermark watermark = new JournalWatermark();

    private void look() throws SQLException {
        look(watermark, journal.database());
    }

    private static void look(JournalWatermark watermark, DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            watermark.look(connection);
        }
    }

    private static void goBackTo(long row) throws SQLException {
        journal.execute("DELETE FROM event_journal WHERE ordering > " + row
                + "; SELECT setval(pg_get_serial_sequence('event_journal', 'ordering'), " + row + ")");
    }

    @Test
    void a_journal_that_ends_before_where_it_was_is_noticed_until_it_is_back_or_the_node_starts_anew()
            throws SQLException {
        for (int i = 1; i <= 5; i++) {
            journal.write("run-" + i, 1, started("run-" + i));
        }
        look();
        goBackTo(3);
        for (int i = 0; i < 3; i++) {
            assertThatIllegalStateException()
                    .isThrownBy(this::look)
                    .withMessageContaining("had come to row 5, and ends at row 3 now");
        }
        assertThatCode(() -> look(new JournalWatermark(), journal.database()))
                .as("a node that starts now believes it")
                .doesNotThrowAnyException();
        goBackTo(6);
        assertThatCode(this::look).as("a newer backup was found").doesNotThrowAnyException();
    }

    @Test
    void rows_that_are_removed_because_they_are_old_are_no_loss() throws SQLException {
        journal.write("run", 1, started("run"));
        look();
        journal.execute("DELETE FROM event_journal");
        assertThatCode(this::look).doesNotThrowAnyException();
        assertThatCode(this::look).doesNotThrowAnyException();
    }

    /** Numbers are taken before the row is committed, and a server that dies gives those again that it had not written down. */
    @Test
    void numbers_that_a_dying_server_takes_back_are_no_loss(@TempDir Path directory) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(directory).withDurability(Durability.DURABLE), Progress.silent())) {
            Schema.migrate(postgres.dataSource());
            look(watermark, postgres.dataSource());
            for (int round = 0; round < 3; round++) {
                try (Connection connection = postgres.dataSource().getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute("SET synchronous_commit = off");
                    statement.execute("SELECT nextval(pg_get_serial_sequence('event_journal', 'ordering'))"
                            + " FROM generate_series(1, 1000)");
                    watermark.look(connection);
                }
                postgres.killServer();
                postgres.restart();
                look(watermark, postgres.dataSource());
            }
        }
    }

    @Test
    void executions_of_which_the_journal_alone_has_lost_steps_are_quarantined_when_a_node_starts() throws SQLException {
        for (String id : new String[] {"sick", "well", "gone"}) {
            journal.write(id, 1, started(id));
            journal.write(id, 2, dispatched(0));
        }
        project();
        assertThat(LostSteps.quarantine(journal.database()))
                .as("nothing is lost")
                .isZero();
        journal.write("well", 3, dispatched(1));
        journal.execute("DELETE FROM event_journal WHERE persistence_id = 'execution|t/sick' AND sequence_number = 2"
                + " OR persistence_id = 'execution|t/gone'");
        assertThat(LostSteps.quarantine(journal.database())).isEqualTo(2);
        assertThat(LostSteps.quarantine(journal.database())).as("once").isZero();
        assertThat(new JdbcQuarantineStore(journal.database()).newest(10))
                .extracting(entry -> entry.key().id())
                .containsExactlyInAnyOrder("sick", "gone");
        assertThat(new JdbcQuarantineStore(journal.database()).newest(10))
                .extracting(Entry::reason)
                .anySatisfy(reason -> assertThat(reason)
                        .contains("2 were acknowledged, and the journal has 1", "restore a newer backup"));
    }

    private static void project() {
        JdbcProjection projection = new JdbcProjection(journal.database(), Probe.NONE);
        while (projection.advance().more()) {
            // goes on
        }
    }
}
